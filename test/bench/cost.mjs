/*
 * npm run bench [-- --only cost], or node test/bench/cost.mjs --tool MAIN.JS [--blocks N]
 *
 * What measuring itself costs: a command check beside a bare spawn of the same command, an HTTP check's client beside
 * wrk on one connection to the same server (skipped, and said so, where wrk is missing), and comparing 100,000 samples
 * a side. Blocks of both contenders take turns in one run; medians over all of a contender's samples.
 */
import { execFileSync, fork, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values: options } = parseArgs({ options: { tool: { type: "string" }, blocks: { type: "string", default: "8" }, serve: { type: "string" } } });
if (options.serve === undefined) await main();
else serve(Number(options.serve));

async function main() {
  const blocks = Number(options.blocks);
  const tool = resolve(options.tool ?? "dist/main.js");
  const scratch = mkdtempSync(join(tmpdir(), "shipnote-cost-"));
  process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
  const { NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
  const env = { ...inherited, CI: "", HOME: scratch, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const repository = join(scratch, "repository");
  mkdirSync(repository);
  execFileSync("git", ["init", "-q"], { cwd: repository, env });
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "x"], { cwd: repository, env });

  /** The samples of one metric of one check, as `before` takes them, and how long all of it took in ms. */
  const measured = (check, metric) => {
    writeFileSync(join(repository, "shipnote.config.json"), JSON.stringify({ checks: { it: check } }));
    const start = process.hrtime.bigint();
    const { status, stdout, stderr } = spawnSync(process.execPath, [tool, "before", "--json"], { cwd: repository, env, encoding: "utf8", maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`before ended with ${status}: ${stdout}${stderr}`);
    const found = JSON.parse(stdout).metrics.find((one) => one.metric === metric);
    return { samples: found.measurement.samples, wall: since(start) };
  };

  await commands({ blocks, measured });
  await requests({ blocks, measured });
  await comparisons(scratch);
}

/** `true`: what the check says it took, and what a round costs in all, beside a bare spawn. */
async function commands({ blocks, measured }) {
  const rounds = 30;
  const [ours, bare, perRound] = [[], [], []];
  for (let block = 0; block < blocks; block += 1) {
    const many = measured({ command: "true", rounds }, "duration");
    const one = measured({ command: "true", rounds: 1 }, "duration");
    ours.push(...many.samples);
    perRound.push((many.wall - one.wall) / (rounds - 1));
    for (let round = 0; round < rounds; round += 1) bare.push(await spawned());
  }
  // A busy machine makes each process dearer, so the targets are ratios: accounting takes two processes more.
  say("a command check's `duration` of true", ours, "spawn of sh -c true", bare, { ratio: 1.25 });
  say("a round of a command check in all", perRound, "spawn of sh -c true", bare, { ratio: 4 });
}

function spawned() {
  const start = process.hrtime.bigint();
  return new Promise((done) => spawn("sh", ["-c", "true"], { stdio: ["ignore", "pipe", "pipe"] }).on("close", () => done(since(start))));
}

/** The response time of a page that is there at once, and of one that takes 5 ms. */
async function requests({ blocks, measured }) {
  if (spawnSync("wrk", ["-v"]).error !== undefined) {
    process.stdout.write("an HTTP check's client: not measured, for wrk is not installed\n");
    return;
  }
  for (const delay of [0, 5]) {
    const server = fork(import.meta.filename, ["--serve", String(delay)]);
    try {
      const port = await new Promise((done) => server.once("message", done));
      const url = `http://127.0.0.1:${port}/`;
      const [ours, theirs] = [[], []];
      for (let block = 0; block < blocks; block += 1) {
        ours.push(...measured({ http: url, samples: 200, rounds: 10, warmup: 20 }, "response-time").samples);
        const { stdout } = spawnSync("wrk", ["-t1", "-c1", "-d1s", "--latency", url], { encoding: "utf8" });
        theirs.push(milliseconds(/^\s+50%\s+(\S+)/m.exec(stdout)?.[1] ?? ""));
      }
      say(`an HTTP check's \`response-time\` of a page that takes ${delay} ms`, ours, "wrk -t1 -c1 (its median)", theirs, { more: 0.5 });
    } finally {
      server.kill();
    }
  }
}

function serve(delay) {
  const body = "x".repeat(2048);
  void import("node:http").then(({ createServer }) => {
    const server = createServer((_request, response) => void (delay === 0 ? response.end(body) : setTimeout(() => response.end(body), delay)));
    server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  });
  process.on("disconnect", () => process.exit(0));
}

/** 100,000 samples a side, in a process of their own for the sake of its memory: each a round, then in ten rounds. */
async function comparisons(scratch) {
  const bundle = join(scratch, "comparison.mjs");
  await build({ entryPoints: [resolve(import.meta.dirname, "../../src/statistics/comparison.ts")], outfile: bundle, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  const script = join(scratch, "compare.mjs");
  writeFileSync(script, `import { compareMetric } from ${JSON.stringify(bundle)};
const [count, rounds] = process.argv.slice(2).map(Number);
let state = 1;
const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;
const side = (shift) => ({
  check: "it", metric: "response-time", stratum: null, unit: "ms", better: "lower", tolerance: null,
  measurement: {
    samples: Array.from({ length: count }, () => 100 + shift + 10 * Math.sqrt(-2 * Math.log(chance())) * Math.cos(6.283185307179586 * chance())),
    rounds: Array.from({ length: count }, (_, at) => 1 + Math.floor(at * rounds / count)),
    value: 100 + shift, count, events: null, takenAt: null, commit: null, machine: null, checkDigest: null, carried: false, details: {},
  },
});
const [before, after] = [side(0), side(3)];
const start = process.hrtime.bigint();
const { verdict } = compareMetric(before, after, { alpha: 0.01, tolerance: { value: 2, percent: true } });
console.log(JSON.stringify({ ms: Number(process.hrtime.bigint() - start) / 1e6, verdict, mib: process.resourceUsage().maxRSS / 1024 }));
`);
  const run = (...args) => JSON.parse(execFileSync(process.execPath, [script, ...args.map(String)], { encoding: "utf8" }));
  const small = run(10, 10);
  for (const rounds of [100_000, 10]) {
    const { ms, verdict, mib } = run(100_000, rounds);
    process.stdout.write(`comparing 100,000 samples a side in ${rounds.toLocaleString("en")} rounds (${verdict}): ${ms.toFixed(0)} ms (target 1000); ${mib.toFixed(0)} MiB, with 10 samples ${small.mib.toFixed(0)} MiB ${ms < 1000 ? "met" : "MISSED"}\n`);
  }
}

/** One line: both medians, and how they stand to one another beside the target, a ratio or ms more. */
function say(name, ours, peer, theirs, target) {
  const [our, their] = [median(ours), median(theirs)];
  const [said, met] = target.ratio === undefined
    ? [`${our < their ? "" : "+"}${(our - their).toFixed(2)} ms (target +${target.more} ms)`, our - their <= target.more]
    : [`ratio ${(our / their).toFixed(2)} (target ${target.ratio})`, our / their <= target.ratio];
  process.stdout.write(`${name} ${our.toFixed(2)} ms; ${peer} ${their.toFixed(2)} ms; ${said} ${met ? "met" : "MISSED"}\n`);
}

function since(start) {
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** `45.10us`, `5.25ms`, `1.02s` */
function milliseconds(text) {
  const [, amount, unit] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit];
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
