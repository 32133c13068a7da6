/*
 * npm run bench [-- --only hook] [-- --lefthook FILE], or node test/bench/hook.mjs --tool MAIN.JS [--rounds N] [--lefthook FILE]
 *
 * What our hooks add to a commit, to a fetch of 100 new refs and to pushes, over none, and for each time git calls one
 * of them (target: 2 ms), beside hooks that exit at once: what a hook costs at least, more where other work goes on;
 * --lefthook names an installed lefthook, whose job of `:` in the same hooks runs beside.
 * Rounds of all contenders take turns in one run. A push that moves a remote's branch starts Node once, to look whether
 * it ships: told apart, for no call of a hook alone can do that.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({ options: { tool: { type: "string" }, rounds: { type: "string", default: "40" }, lefthook: { type: "string" } } });
const rounds = Number(options.rounds);
const tool = resolve(options.tool ?? "dist/main.js");
const scratch = mkdtempSync(join(tmpdir(), "shipnote-hook-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const { NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
const env = {
  ...inherited, CI: "", HOME: scratch, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.org", GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.org",
  ...(options.lefthook === undefined ? {} : { PATH: `${dirname(resolve(options.lefthook))}${delimiter}${process.env.PATH}`, LEFTHOOK_QUIET: "true" }),
};
const names = ["reference-transaction", "pre-push", "post-merge"];

/** Who installs which hooks into a repository. */
const contenders = {
  none: () => {},
  "none again": () => {},
  "exit 0": (directory) => {
    for (const name of names) writeHook(directory, name, "exit 0");
  },
  ours: (directory) => execFileSync(process.execPath, [tool, "hook", "install", "--quiet"], { cwd: directory, env, stdio: "ignore" }),
  ...(options.lefthook === undefined ? {} : {
    lefthook: (directory) => {
      writeFileSync(join(directory, "lefthook.yml"), `output: false\n${names.map((name) => `${name}:\n  jobs:\n    - run: ":"\n`).join("")}`);
      execFileSync(resolve(options.lefthook), ["install", "--force"], { cwd: directory, env, stdio: "ignore" });
    },
  }),
};

const places = Object.entries(contenders).map(([name, install]) => ({ name, ...makePlace(name, install) }));
const git = (directory, ...args) => execFileSync("git", args, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });

/** A repository with a remote of 100 branches, on a branch that does not ship. */
function makePlace(name, install) {
  const folder = join(scratch, name.replace(" ", "-"));
  const [directory, remote] = [join(folder, "work"), join(folder, "remote.git")];
  mkdirSync(folder);
  const run = (...args) => execFileSync("git", args, { cwd: folder, env, stdio: "ignore" });
  run("-c", "init.defaultBranch=main", "init", "-q", "--bare", remote);
  run("-c", "init.defaultBranch=main", "init", "-q", directory);
  run("-C", directory, "commit", "-q", "--allow-empty", "-m", "Base");
  run("-C", directory, "remote", "add", "origin", remote);
  run("-C", directory, "push", "-q", "origin", "HEAD:main", ...Array.from({ length: 99 }, (_, at) => `HEAD:refs/heads/branch-${at}`));
  run("-C", directory, "checkout", "-q", "-b", "feature");
  install(directory);
  return { directory, remote };
}

function writeHook(directory, name, line) {
  const path = join(directory, ".git", "hooks", name);
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}

/** How often git calls hooks of ours in some work. */
function callsOf(work, prepare) {
  const place = { name: "counted", ...makePlace(`counted ${work.name}`, (directory) => {
    for (const name of names) writeHook(directory, name, `echo ${name} >> "${directory}.calls"; cat > /dev/null`);
  }) };
  prepare(place);
  const log = `${place.directory}.calls`;
  writeFileSync(log, "");
  timed(place, work.args);
  return readFileSync(log, "utf8").split("\n").filter(Boolean).length;
}

function timed({ directory }, args) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync("git", args, { cwd: directory, env, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`git ${args.join(" ")} ended with ${status}: ${stderr}`);
  return ms;
}

/** Forgets what was fetched, without a hook. */
function forget({ directory }) {
  const refs = git(directory, "for-each-ref", "--format=delete %(refname)", "refs/remotes/");
  execFileSync("git", ["-c", "core.hooksPath=/dev/null", "update-ref", "--stdin"], { cwd: directory, env, input: refs });
  rmSync(join(directory, ".git", "logs", "refs", "remotes"), { recursive: true, force: true });
}

let made = 0;
const commit = ({ directory }) => git(directory, "-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", `Change ${made += 1}`);

const works = [
  { name: "git commit", args: ["commit", "-q", "--allow-empty", "-m", "x"], prepare: () => {}, target: 2 },
  { name: "git fetch of 100 new refs", args: ["fetch", "-q"], prepare: forget, target: 2, times: Math.min(rounds, 15) },
  { name: "git push that is up to date", args: ["push", "-q", "origin", "HEAD:main"], prepare: (place) => git(place.directory, "-c", "core.hooksPath=/dev/null", "push", "-q", "origin", "HEAD:main"), target: 2 },
  { name: "git push to a branch that does not ship", args: ["push", "-q", "origin", "HEAD:branch-1"], prepare: commit, target: null },
];

for (const { name, args, prepare, target, times = rounds } of works) {
  const calls = callsOf({ name, args }, prepare);
  const samples = places.map(() => []);
  for (let round = 0; round <= times; round += 1) {
    for (const [at, place] of places.entries()) {
      prepare(place);
      const ms = timed(place, args);
      // The first round warms the disk's cache.
      if (round > 0) samples[at].push(ms);
    }
  }
  const medians = samples.map(median);
  const told = places.map((place, at) => `${place.name} ${medians[at].toFixed(1)} ms`);
  const each = new Map(places.slice(1).map((place, at) => [place.name, (medians[at + 1] - medians[0]) / calls]));
  const perCall = [...each].map(([who, ms]) => `${who} ${ms.toFixed(2)}`).join(", ");
  process.stdout.write(`${name}: ${told.join("; ")}; ${calls} calls, ms each over none: ${perCall}${target === null ? "" : ` (target ${target}) ${judged(each, target)}`}\n`);
}

function judged(each, target) {
  if (each.get("ours") <= target) return "met";
  return each.get("exit 0") > target ? "not to be told here: a hook that exits at once costs more" : "MISSED";
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
