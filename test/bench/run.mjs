/*
 * npm run bench [-- --repository DIR] [--rounds N] [--only=TEXT] [--git-cliff PACKAGE] [--lefthook FILE] [--json FILE]
 * `--only cost` is what measuring costs (cost.mjs), `--only hook` what our hooks add to git's own work (hook.mjs);
 * --lefthook names an installed lefthook to hold them against.
 *
 * Every figure is a ratio of two medians from one run, whose rounds are interleaved: tool, peer, tool, peer …
 * Wall time by a monotonic clock; memory is the peak of the resident set as /usr/bin/time sees it.
 * --repository names a clone with a long history (git's own, say); without it one is made by fast-import.
 * --git-cliff names an installed npm package of that peer: its command runs beside a short range, as npm installs it,
 * its native binary beside the longest. --json keeps the ratios as a report that `record --after` takes.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeArchive, makeHistory } from "./fixtures.mjs";
import { makeRecords } from "./records.mjs";

const { values: options } = parseArgs({
  options: {
    repository: { type: "string" },
    rounds: { type: "string", default: "40" },
    only: { type: "string" },
    "git-cliff": { type: "string" },
    lefthook: { type: "string" },
    json: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const scratch = mkdtempSync(join(tmpdir(), "shipnote-bench-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

// NODE_EXTRA_CA_CERTS alone doubles Node's start; a user's git configuration is another machine's.
const { NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
const env = { ...inherited, CI: "", HOME: scratch, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.org", GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.org" };

const root = resolve(import.meta.dirname, "../..");
const tool = installTool();
const node = process.execPath;
const time = existsSync("/usr/bin/time") ? "/usr/bin/time" : null;
const rows = [];

function installTool() {
  execFileSync("npm", ["run", "-s", "build"], { cwd: root });
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", scratch], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  writeFileSync(join(scratch, "package.json"), '{"private":true}');
  execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", join(scratch, filename)], { cwd: scratch, stdio: "ignore" });
  return join(scratch, "node_modules/shipnote/dist/main.js");
}

function timed(argv, { cwd = scratch, stdin = "ignore", stdout = "ignore" } = {}) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(argv[0], argv.slice(1), { cwd, env, stdio: [stdin, stdout, "pipe"], maxBuffer: 1 << 28 });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${status}: ${stderr}`);
  return ms;
}

function peakMiB(argv, { cwd = scratch, stdin = "ignore", stdout = "ignore" } = {}) {
  if (time === null) return null;
  const { stderr } = spawnSync(time, ["-f", "%M", ...argv], { cwd, env, stdio: [stdin, stdout, "pipe"], encoding: "utf8" });
  return Number(stderr.trim().split("\n").at(-1)) / 1024;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Measures contenders in turn; the first is ours, the second what the target speaks of. */
function compare(name, contenders, { target, targetMiB = null, times = rounds, prepare = () => {}, io = () => ({}) }) {
  if (options.only !== undefined && !name.includes(options.only)) return;
  const samples = contenders.map(() => []);
  for (let round = 0; round < times; round += 1) {
    for (const [place, { argv, cwd }] of contenders.entries()) {
      prepare(place);
      const call = { cwd, ...io() };
      const ms = timed(argv, call);
      // The first round warms the disk's cache.
      if (round > 0 || times === 1) samples[place].push(ms);
    }
  }
  prepare(0);
  const memory = peakMiB(contenders[0].argv, { cwd: contenders[0].cwd, ...io() });
  const medians = samples.map(median);
  const row = [name, ...contenders.map((contender, place) => `${contender.name} ${medians[place].toFixed(1)} ms`)];
  const ratio = medians[0] / medians[1];
  const met = ratio <= target && (targetMiB === null || memory === null || memory <= targetMiB);
  rows.push({ name, ratio, target, memory, targetMiB, met });
  process.stdout.write(`${row.join("; ")}; ratio ${ratio.toFixed(2)} (target ${target})${memory === null ? "" : `; ${memory.toFixed(0)} MiB${targetMiB === null ? "" : ` (target ${targetMiB})`}`} ${met ? "met" : "MISSED"}\n`);
}

/** Runs `argv` once with a git that writes down what it is asked, and makes a script that asks all of it at once. */
function sameGitCommands(argv, cwd) {
  const folder = mkdtempSync(join(scratch, "git-"));
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const log = join(folder, "log");
  mkdirSync(log);
  const shim = join(folder, "git");
  writeFileSync(shim, `#!${node}
const { spawnSync } = require("node:child_process");
const { fstatSync, readFileSync, writeFileSync } = require("node:fs");
const piped = (() => { try { const s = fstatSync(0); return s.isFIFO() || s.isSocket(); } catch { return false; } })();
const input = piped ? readFileSync(0) : null;
const vars = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("GIT_")));
writeFileSync(${JSON.stringify(log)} + "/" + process.hrtime.bigint() + ".json", JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), vars, input: input && input.toString("base64") }));
const { status, stdout, stderr } = spawnSync(${JSON.stringify(real)}, process.argv.slice(2), { input: input ?? undefined, stdio: [input ? "pipe" : "ignore", "pipe", "pipe"], maxBuffer: 1 << 30 });
process.stdout.write(stdout); process.stderr.write(stderr); process.exitCode = status;
`);
  chmodSync(shim, 0o755);
  const { status, stderr } = spawnSync(argv[0], argv.slice(1), { cwd, env: { ...env, PATH: `${folder}:${env.PATH}` }, encoding: "utf8" });
  if (status !== 0) throw new Error(`with a logging git: ${stderr}`);
  const calls = readdirSync(log).sort().map((name) => JSON.parse(readFileSync(join(log, name), "utf8")));
  const script = join(folder, "same.mjs");
  writeFileSync(script, `import { spawn } from "node:child_process";
const calls = ${JSON.stringify(calls)};
await Promise.all(calls.map(({ args, cwd, vars, input }) => new Promise((done) => {
  const child = spawn("git", args, { cwd, env: { ...process.env, ...vars }, stdio: [input === null ? "ignore" : "pipe", "pipe", "ignore"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.on("error", done);
  child.on("close", done);
  if (input !== null) { child.stdin.on("error", () => {}); child.stdin.end(Buffer.from(input, "base64")); }
})));
`);
  return { script, processes: calls.length };
}

process.stdout.write(`node ${process.version}, ${execFileSync("git", ["--version"], { encoding: "utf8" }).trim()}, ${cpus().length} × ${cpus()[0]?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; medians of ${rounds - 1} interleaved rounds\n\n`);

compare("node -e 0 against itself", [{ name: "node", argv: [node, "-e", "0"] }, { name: "node", argv: [node, "-e", "0"] }], { target: 1.05 });
compare("--version", [{ name: "shipnote", argv: [node, tool, "--version"] }, { name: "node -e 0", argv: [node, "-e", "0"] }], { target: 1.35 });
compare("--help", [{ name: "shipnote", argv: [node, tool, "--help"] }, { name: "node -e 0", argv: [node, "-e", "0"] }], { target: 1.6 });

const small = join(scratch, "small");
makeHistory(small, 30);
const spawner = join(scratch, "spawn.mjs");
writeFileSync(spawner, 'import { spawn } from "node:child_process"; spawn("true", { stdio: "inherit" }).on("close", (code) => { process.exitCode = code; });\n');
const clearJournal = () => rmSync(join(small, ".git/shipnote"), { recursive: true, force: true });
compare("run -- true", [{ name: "shipnote", argv: [node, tool, "run", "--", "true"], cwd: small }, { name: "spawn", argv: [node, spawner], cwd: small }], { target: 1.5, targetMiB: 60, prepare: clearJournal });

const piper = join(scratch, "pipe.mjs");
writeFileSync(piper, "process.stdin.pipe(process.stdout);\n");
const gigabyte = join(scratch, "gigabyte");
if (options.only === undefined || "run -- cat".includes(options.only)) {
  execFileSync("sh", ["-c", `head -c 1000000000 /dev/urandom > ${gigabyte}`]);
  const shell = (inner) => ["sh", "-c", `${inner} | cat > /dev/null`];
  compare("run -- cat of 1 GB into a pipe", [
    { name: "shipnote", argv: shell(`${node} ${tool} run -- cat ${gigabyte}`), cwd: small },
    { name: "pipe", argv: shell(`cat ${gigabyte} | ${node} ${piper}`), cwd: small },
  ], { target: 1.5, targetMiB: 80, times: Math.min(rounds, 8), prepare: clearJournal });
  rmSync(gigabyte);
}

/** The peer, where it is there: npm's command for 20 commits, the native binary for 10,000. */
function gitCliff(count, from) {
  if (options["git-cliff"] === undefined || count === 1000) return [];
  const folder = resolve(options["git-cliff"]);
  const command = count === 20 ? join(folder, "../.bin/git-cliff") : join(folder, `../git-cliff-${process.platform}-${process.arch}/bin/git-cliff`);
  return [{ name: count === 20 ? "git-cliff by npm" : "git-cliff, native", argv: [command, "-o", "/dev/null", `${from}..HEAD`], cwd: long }];
}

const long = options.repository === undefined ? join(scratch, "long") : join(scratch, "clone");
if (options.only === undefined || options.only.startsWith("record")) {
  if (options.repository === undefined) makeHistory(long, 10_050);
  else execFileSync("git", ["clone", "-q", "--shared", resolve(options.repository), long], { env });
  const forget = () => {
    rmSync(join(long, "notes"), { recursive: true, force: true });
    rmSync(join(long, ".git/shipnote"), { recursive: true, force: true });
  };
  for (const [count, target, targetMiB, times] of [[20, 2.5, 110, rounds], [1000, 2, 160, Math.min(rounds, 20)], [10_000, 1.5, 300, Math.min(rounds, 8)]]) {
    const from = execFileSync("git", ["rev-list", "--topo-order", `--skip=${count}`, "-1", "HEAD"], { cwd: long, env, encoding: "utf8" }).trim();
    const listed = execFileSync("git", ["rev-list", "--count", `${from}..HEAD`], { cwd: long, env, encoding: "utf8" }).trim();
    const argv = [node, tool, "record", "--yes", "--from", from];
    forget();
    const { script, processes } = sameGitCommands(argv, long);
    const cliff = gitCliff(count, from);
    compare(`record, ${count} commits (${listed} in the range, ${processes} git processes)`, [
      { name: "shipnote", argv, cwd: long },
      { name: "the same git commands at once", argv: [node, script], cwd: long },
      ...cliff,
    ], { target, targetMiB, times, prepare: forget });
    if (count === 20) {
      forget();
      timed(argv, { cwd: long });
      const again = [node, tool, "record", "--yes"];
      compare("record again, nothing new", [
        { name: "shipnote", argv: again, cwd: long },
        { name: "the same git commands at once as the first time", argv: [node, script], cwd: long },
      ], { target: 2.5, times });
    }
  }
}

const archive = join(scratch, "archive");
if (options.only === undefined || "list".includes(options.only)) {
  makeHistory(archive, 3);
  makeArchive(archive, { node, tool, env, count: 10_000 });
  const reader = join(scratch, "read.mjs");
  writeFileSync(reader, `import { readFileSync, readdirSync } from "node:fs";
const years = readdirSync("notes", { withFileTypes: true }).filter((entry) => /^\\d{4}$/.test(entry.name));
let count = 0;
for (const { name: year } of years) for (const entry of readdirSync("notes/" + year, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  count += JSON.parse(readFileSync("notes/" + year + "/" + entry.name + "/record.json", "utf8")).version;
}
console.log(count);
`);
  compare("list over 10,000 records", [
    { name: "shipnote", argv: [node, tool, "list"], cwd: archive },
    { name: "read and parse", argv: [node, reader], cwd: archive },
  ], { target: 1.5, targetMiB: 150, times: Math.min(rounds, 10) });
}

if (options.only === undefined || "verify".includes(options.only)) {
  const kept = join(scratch, "kept");
  makeHistory(kept, 50_001);
  await makeRecords(kept, { root, node, tool, env, count: 10_000, step: 5, scratch });
  execFileSync("sh", ["-c", "git add notes && git commit -q -m Notes && git commit -q --allow-empty -m Last"], { cwd: kept, env });
  const diffs = ["git", "log", "--raw", "--numstat", "-C", "-z", "--format=%H"];
  compare("verify, 10,000 records of 50,000 commits (a minute at most)", [
    { name: "shipnote", argv: [node, tool, "verify"], cwd: kept },
    { name: "git's diffs of these commits", argv: diffs, cwd: kept },
  ], { target: 12, targetMiB: 500, times: Math.min(rounds, 4) });
  compare("verify --since the last commit, beside 10,000 records (two seconds at most)", [
    { name: "shipnote", argv: [node, tool, "verify", "--since", "HEAD~1"], cwd: kept },
    { name: "git's diffs of these commits", argv: diffs, cwd: kept },
  ], { target: 1, targetMiB: 250, times: Math.min(rounds, 8) });
  // What a formatter does to markdown: tables without padding, underscores for emphasis. No digest of the text fits any more.
  const taste = 'find notes -name "*.md" -exec sed -i -E "/^\\|/s/ *\\| */|/g; s/\\*(Not written down\\.)\\*/_\\1_/" {} +';
  execFileSync("sh", ["-c", `${taste}; git commit -q -a -m Format`], { cwd: kept, env });
  compare("verify, all 10,000 records reformatted (six minutes at most)", [
    { name: "shipnote", argv: [node, tool, "verify"], cwd: kept },
    { name: "git's diffs of these commits", argv: diffs, cwd: kept },
  ], { target: 60, targetMiB: 500, times: 2 });
}

if (options.only === undefined || options.only === "cost") {
  process.stdout.write("\n");
  spawnSync(node, [join(import.meta.dirname, "cost.mjs"), "--tool", tool], { env: inherited, stdio: "inherit" });
}

if (options.only === undefined || options.only === "hook") {
  process.stdout.write("\n");
  const peer = options.lefthook === undefined ? [] : ["--lefthook", resolve(options.lefthook)];
  spawnSync(node, [join(import.meta.dirname, "hook.mjs"), "--tool", tool, "--rounds", options.rounds, ...peer], { env: inherited, stdio: "inherit" });
}

if (options.only === undefined || options.only === "alarms") {
  process.stdout.write("\n");
  spawnSync(node, [join(import.meta.dirname, "alarms.mjs"), "--tool", tool], { env: inherited, stdio: "inherit" });
}

if (options.json !== undefined) {
  const key = (name) => name.replace(/ \(.*$/, "").replaceAll(",", "").replaceAll(/\W+/g, "-").replace(/^-/, "");
  writeFileSync(options.json, `${JSON.stringify(Object.fromEntries(rows.filter(({ name }) => !name.startsWith("node -e")).map(({ name, ratio }) => [key(name), Number(ratio.toFixed(2))])), null, 2)}\n`);
}
const missed = rows.filter(({ met }) => !met);
process.stdout.write(`\n${rows.length - missed.length} of ${rows.length} targets met${missed.length === 0 ? "" : `; missed: ${missed.map(({ name }) => name).join(", ")}`}\n`);
