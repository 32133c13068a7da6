/*
 * npm run bench [-- --only alarms], or node test/bench/alarms.mjs [--tool MAIN.JS] [--comparisons N] [--seconds N] [--json FILE]
 *
 * How often identical code is called changed, and how often a slow-down is found: by `before` and `after` (10 rounds a
 * side), by `compare` (15 pairs), and by two peers' rules on as many samples, each side's taken in one burst: Welch's
 * t-test at 0.05 (the script that hyperfine brings) and Mann-Whitney at 0.05 (benchstat's default).
 *
 * Synthetic noise of a machine goes through src/statistics; a real command through the tool itself, while something
 * else loads the machine at random. Seeds are fixed; the real machine has none.
 */
import { execFile, execFileSync, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import { build } from "esbuild";
import { busy } from "./load.mjs";
import { kindsOfNoise, random } from "./noise.mjs";

const { values: options } = parseArgs({
  options: {
    tool: { type: "string", default: "dist/main.js" },
    comparisons: { type: "string", default: "4000" },
    seconds: { type: "string", default: "300" },
    json: { type: "string" },
    load: { type: "boolean", default: false },
  },
});
const [rounds, pairs] = [10, 15];
const judgement = { alpha: 0.01, tolerance: { value: 2, percent: true } };
const exact = { alpha: 0.01, tolerance: { value: 0, percent: true } };
const slowdowns = [2, 5, 10, 30];
const most = 1;
const measurers = 3;
const run = promisify(execFile);

if (options.load) busy(7);
else await main();

async function main() {
  const scratch = mkdtempSync(join(tmpdir(), "shipnote-alarms-"));
  process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
  const ours = await statistics(scratch);
  const comparisons = Number(options.comparisons);
  const figures = { falseAlarms: {}, real: {}, power: {} };
  say(`Shares in percent. before/after: ${rounds} rounds a side; compare: ${pairs} pairs; alpha ${judgement.alpha}, tolerance ${judgement.tolerance.value} %.`);

  say(`\nFalse alarms: identical code, ${comparisons} comparisons a row (targets: at most ${most} % for compare, and for before/after without drift)\n`);
  const same = {};
  const seeds = Object.fromEntries(Object.keys(kindsOfNoise).map((name, place) => [name, 1 + place]));
  table(["noise", "before/after", "drift noticed", "compare", "Welch 10", "Welch 15", "Mann-Whitney 10", "Mann-Whitney 15"], Object.entries(kindsOfNoise).map(([name, { make, drifts }]) => {
    const found = manyComparisons(ours, make, 1, { comparisons, seed: seeds[name] });
    same[name] = found;
    const row = {
      apart: share(found, ({ apart }) => isAlarm(apart.verdict)), noticed: share(found, ({ apart }) => apart.notes.some((note) => note.includes("drift"))),
      paired: share(found, ({ paired }) => isAlarm(paired.verdict)), ...peersAt(found, 0.05),
    };
    figures.falseAlarms[name] = row;
    return [name, held(row.apart, drifts ? Infinity : most), percent(row.noticed), held(row.paired, most), ...[row.welch10, row.welch15, row.ranks10, row.ranks15].map(percent)];
  }));

  const some = Math.ceil(comparisons / 4);
  say(`\nSlow-downs found: ${some} comparisons a figure. 'as ours' takes the p-value below which a peer calls identical code changed as often as we do.\n`);
  table(["noise", "rule", ...slowdowns.map((slower) => `+${slower} %`)], Object.entries(kindsOfNoise).flatMap(([name, { make }]) => {
    const rules = powerRules(same[name]);
    const counts = slowdowns.map((slower) => manyComparisons(ours, make, 1 + slower / 100, { comparisons: some, seed: 100 * slower + seeds[name] }));
    return rules.map(([rule, finds]) => {
      const row = counts.map((found) => share(found, finds));
      figures.power[`${name}: ${rule}`] = row;
      return [name, rule, ...row.map(percent)];
    });
  }));

  figures.real = await real(scratch, ours);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
}

/** Comparisons of two sides of which the second takes `factor` times as long, on one machine after the other. */
function manyComparisons(ours, make, factor, { comparisons, seed }) {
  const found = [];
  const uniform = random(seed);
  for (let place = 0; place < comparisons; place += 1) {
    const next = make(uniform);
    const burst = (count, times) => Array.from({ length: count }, () => times * next());
    const before = burst(pairs, 1);
    const after = burst(pairs, factor);
    // The first rounds of either side would not be neighbours of one another.
    const [ten, tenAfter] = [before.slice(-rounds), after.slice(0, rounds)];
    const turns = Array.from({ length: pairs }, (_, pair) => {
      const first = next() * (pair % 2 === 0 ? 1 : factor);
      const second = next() * (pair % 2 === 0 ? factor : 1);
      return pair % 2 === 0 ? [first, second] : [second, first];
    });
    const inPairs = [turns.map(([one]) => one), turns.map(([, two]) => two)];
    found.push({
      apart: ours.compare(ten, tenAfter, judgement, "apart"), paired: ours.compare(...inPairs, judgement, "paired"),
      ...(factor === 1 ? {} : { apartExact: ours.compare(ten, tenAfter, exact, "apart"), pairedExact: ours.compare(...inPairs, exact, "paired") }),
      welch10: signed(ten, tenAfter, ours.welch), welch15: signed(before, after, ours.welch),
      ranks10: signed(ten, tenAfter, ours.ranks), ranks15: signed(before, after, ours.ranks),
    });
  }
  return found;
}

/** The rules that are held beside one another; peers at their own alpha, and at the false alarms that we raise. */
function powerRules(same) {
  const isSlower = (side) => (found) => found[side].verdict === "regressed";
  const peer = (side, alpha) => (found) => found[side].p < alpha && found[side].slower;
  const asOurs = (side, oursSide) => {
    const allowed = same.filter((found) => isAlarm(found[oursSide].verdict)).length;
    const sorted = same.map((found) => found[side].p).sort((a, b) => a - b);
    return peer(side, sorted[allowed] ?? 0);
  };
  return [
    ["before/after", isSlower("apart")],
    ["before/after, tolerance 0", isSlower("apartExact")],
    ...[["Welch 10", "welch10"], ["Mann-Whitney 10", "ranks10"]].flatMap(([name, side]) => [[`${name} at 0.05`, peer(side, 0.05)], [`${name} at 0.01`, peer(side, 0.01)], [`${name} as ours`, asOurs(side, "apart")]]),
    ["compare", isSlower("paired")],
    ["compare, tolerance 0", isSlower("pairedExact")],
    ...[["Welch 15", "welch15"], ["Mann-Whitney 15", "ranks15"]].flatMap(([name, side]) => [[`${name} at 0.05`, peer(side, 0.05)], [`${name} at 0.01`, peer(side, 0.01)], [`${name} as ours`, asOurs(side, "paired")]]),
  ];
}

/**
 * A real command of the same code on both sides, through the tool, for as long as the time lasts: by several measurers
 * at once, who disturb one another, beside what loads the machine at random.
 */
async function real(scratch, ours) {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
  const env = { ...inherited, CI: "", HOME: scratch, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const command = "awk 'BEGIN { for (i = 0; i < 60000; i++) s += i % 7; print s }'";
  const tool = resolve(options.tool);
  const load = fork(import.meta.filename, ["--load"], { env });
  const end = performance.now() + 1000 * Number(options.seconds);
  const found = [];
  const measuring = async (name) => {
    const repository = join(scratch, name);
    mkdirSync(repository);
    const git = (...args) => execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], { cwd: repository, env, stdio: "ignore" });
    git("init", "-q");
    writeFileSync(join(repository, "shipnote.config.json"), JSON.stringify({ checks: { work: { command } } }));
    git("add", ".");
    git("commit", "-q", "-m", "one");
    git("commit", "-q", "--allow-empty", "-m", "the same");
    const call = async (...args) => JSON.parse((await run(process.execPath, [tool, ...args, "--json", "--quiet"], { cwd: repository, env, maxBuffer: 1 << 28 })).stdout).metrics;
    while (performance.now() < end) {
      const baseline = await call("before");
      const apart = await call("after");
      const paired = await call("compare", "HEAD~1", "HEAD");
      const one = baseline.find(({ metric }) => metric === "duration").measurement.samples;
      const two = apart.find(({ metric }) => metric === "duration").after.samples;
      found.push({ apart, paired, welch: ours.welch(one, two), ranks: ours.ranks(one, two) });
      rmSync(join(repository, ".git/shipnote"), { recursive: true, force: true });
    }
  };
  try {
    await Promise.all(Array.from({ length: measurers }, (_, place) => measuring(`repository-${place}`)));
  } finally {
    load.kill();
  }
  const isAlarmed = (metrics) => metrics.some(({ comparison }) => isAlarm(comparison.verdict));
  const row = {
    comparisons: found.length, metrics: found[0]?.apart.length ?? 0,
    apart: share(found, ({ apart }) => isAlarmed(apart)),
    noticed: share(found, ({ apart }) => apart.some(({ comparison }) => comparison.notes.some((note) => note.includes("drift")))),
    paired: share(found, ({ paired }) => isAlarmed(paired)), welch10: share(found, ({ welch }) => welch < 0.05), ranks10: share(found, ({ ranks }) => ranks < 0.05),
  };
  say(`\nFalse alarms of a real command, \`${command}\`, under random load: ${row.comparisons} runs by ${measurers} measurers in ${options.seconds} s; ours of any of ${row.metrics} metrics, the peers' of the duration\n`);
  table(["noise", "before/after", "drift noticed", "compare", "Welch 10", "Mann-Whitney 10"], [["real", percent(row.apart), percent(row.noticed), held(row.paired, most, found.length), percent(row.welch10), percent(row.ranks10)]]);
  for (const [name, side] of [["before/after", "apart"], ["compare", "paired"]]) {
    for (const { metric, before, comparison } of found.flatMap((one) => one[side]).filter(({ comparison }) => isAlarm(comparison.verdict))) {
      say(`${name}: ${metric} ${comparison.verdict}, from ${before?.value} by ${comparison.interval?.join(" to ")}, p ${comparison.pAdjusted}`);
    }
  }
  return row;
}

/** What is shipped, and the peers' tests on top of it. */
async function statistics(scratch) {
  const outfile = join(scratch, "statistics.mjs");
  const from = (name) => JSON.stringify(resolve(import.meta.dirname, "../../src", name));
  await build({
    stdin: { contents: `export * from ${from("statistics/comparison.ts")}; export * from ${from("statistics/rank-sum.ts")}; export * from ${from("statistics/beta.ts")}; export * from ${from("record/yielded.ts")};`, resolveDir: import.meta.dirname },
    bundle: true, format: "esm", platform: "node", outfile,
  });
  const { asMeasured, compareMetric, rankSumTest, symmetricBeta, yielded } = await import(pathToFileURL(outfile).href);
  const side = (samples) => asMeasured("check", yielded("duration", "ms", { better: "lower", samples, rounds: samples.map((_, place) => place + 1) }), { takenAt: null, commit: null, machine: null, checkDigest: "a" });
  return {
    compare: (before, after, how, design) => compareMetric(side(before), side(after), how, design),
    ranks: (before, after) => rankSumTest(Float64Array.from(before).sort(), Float64Array.from(after).sort()),
    welch: (before, after) => {
      const [one, two] = [before, after].map((samples) => ({ mean: mean(samples), error: variance(samples) / samples.length, degrees: samples.length - 1 }));
      const error = one.error + two.error;
      if (error === 0) return one.mean === two.mean ? 1 : 0;
      const t = Math.abs(two.mean - one.mean) / Math.sqrt(error);
      const degrees = error ** 2 / (one.error ** 2 / one.degrees + two.error ** 2 / two.degrees);
      // Student's distribution is a symmetric beta distribution in another variable.
      return 2 * symmetricBeta(0.5 - t / (2 * Math.sqrt(degrees + t ** 2)), degrees / 2);
    },
  };
}

function signed(before, after, test) {
  return { p: test(before, after), slower: mean(after) > mean(before) };
}

function peersAt(found, alpha) {
  return Object.fromEntries(["welch10", "welch15", "ranks10", "ranks15"].map((side) => [side, share(found, (one) => one[side].p < alpha)]));
}

function isAlarm(verdict) {
  return !["unchanged", "unclear", "not-enough-data"].includes(verdict);
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function variance(numbers) {
  const middle = mean(numbers);
  return numbers.reduce((sum, number) => sum + (number - middle) ** 2, 0) / (numbers.length - 1);
}

function share(all, holds) {
  return (100 * all.filter((one) => holds(one)).length) / all.length;
}

function percent(value) {
  return value.toFixed(value < 10 ? 2 : 1);
}

/** A share beside its limit; of few comparisons a share past it may still be chance: more than one in twenty would see that many. */
function held(value, limit, of = Infinity) {
  if (limit === Infinity) return percent(value);
  if (value <= limit) return `${percent(value)} met`;
  return `${percent(value)} ${of !== Infinity && chanceOf(Math.round((value * of) / 100), of, limit / 100) > 0.05 ? `(not told from ${limit})` : "MISSED"}`;
}

/** The chance of so many of so many, or more, where each happens with the same chance. */
function chanceOf(events, count, chance) {
  let [term, fewer] = [(1 - chance) ** count, 0];
  for (let k = 0; k < events; k += 1) {
    fewer += term;
    term *= ((count - k) / (k + 1)) * (chance / (1 - chance));
  }
  return 1 - fewer;
}

function table(head, rows) {
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column])].map((cell) => cell.length)));
  for (const row of [head, ...rows]) say(row.map((cell, column) => (column === 0 || head[column] === "rule" ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  "));
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
