import type { Failure } from "../failure.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { readTapLine, type TapLine, type TapPoint, timeOf } from "./tap-line.ts";
import { addTimes, emptyRun, testMetrics, testName, type TestRun } from "./test-run.ts";
import { unreadable } from "./unreadable.ts";

const kind = "a readable TAP report";

/** Subtests are not inside one another more often than this. */
const deepest = 100;

/** A report, or a subtest of one: what was counted in it so far. */
interface Level {
  /** Names of the subtests around it, and its own. */
  path: readonly string[];
  plan: number | null;
  points: number;
  run: TestRun;
  /** The result of a subtest that stands before it; null where it comes behind. */
  verdict: TapPoint | null;
}

interface Reading {
  file: ReportText;
  /** The number of the line that is read. */
  line: number;
  /** From the report itself to the innermost subtest. */
  levels: Level[];
  /** The name announced for a subtest at a depth. */
  announced: Map<number, string>;
  /** A result after which its subtest may come, and its depth. */
  held: { point: TapPoint; depth: number } | null;
  /** In tape's way of writing, where a heading is a comment before its results. */
  heading: { used: boolean; text: string; last: TapLine["type"] } | null;
  bailed: boolean;
}

/**
 * The Test Anything Protocol, 13 and 14, with subtests of all three kinds (announced, indented, in braces); several
 * files are summed. Counted are the tests that have none inside; one that only reports what is inside it counts
 * where it failed and nothing in it did. TODO and SKIP are skipped. Planned tests that did not run, more tests than
 * planned, and `Bail out!` are failures. Diagnostics in YAML are passed over, unread.
 */
export const tap: ReportFormat = {
  name: "tap",
  recognizes: (text) => /^TAP version \d+\s*$/m.test(text.slice(0, 4096)) || /^\s*(?:#[^\n]*\n\s*)*(?:1\.\.\d+\s*(?:#[^\n]*)?(?:\n|$)|(?:not )?ok \d+\b)/.test(text.slice(0, 4096)),
  read(files) {
    const run = emptyRun();
    for (const file of files) {
      const read = readFile(file);
      addRun(run, read);
      run.milliseconds = addTimes(run.milliseconds, read.milliseconds);
    }
    return testMetrics(run);
  },
};

function readFile(file: ReportText): TestRun {
  const { text } = file;
  const root = newLevel([]);
  const tape = /\n# tests \d+\n# pass {2}\d+\n/.test(text.slice(-1000).replaceAll("\r", ""));
  const reading: Reading = {
    file, line: 0, levels: [root], announced: new Map(), held: null, bailed: false,
    heading: tape ? { used: true, text: "", last: "other" } : null,
  };
  let whole: number | null = null;
  let yaml: { inside: number; from: number } | null = null;
  for (let at = 0; at < text.length && !reading.bailed;) {
    const end = text.indexOf("\n", at);
    const written = text.slice(at, end < 0 ? undefined : end).trimEnd();
    at = end < 0 ? text.length : end + 1;
    reading.line += 1;
    const indent = /^ */.exec(written)?.[0].length ?? 0;
    const line = written.slice(indent);
    if (line === "") continue;
    if (yaml !== null) {
      if (yaml.from > 0 && indent >= yaml.from) {
        if (line === "..." && indent === yaml.from) yaml = null;
        continue;
      }
      if (yaml.from === 0 && line === "---" && indent > yaml.inside) {
        yaml.from = indent;
        continue;
      }
      yaml = null;
    }
    if (indent % 4 !== 0) continue;
    const said = readTapLine(line);
    if (said.type === "other") continue;
    const depth = indent / 4;
    take(reading, said, depth);
    if (said.type === "point") yaml = { inside: indent, from: 0 };
    // A number that the end of the file cut short is another number.
    if (said.type === "comment" && depth === 0 && end >= 0) whole = timeOf(said.text) ?? whole;
  }
  finish(reading, root);
  return { ...root.run, milliseconds: whole ?? root.run.milliseconds };
}

function take(reading: Reading, said: TapLine, depth: number): void {
  const { levels, announced, held, heading } = reading;
  if (heading !== null && depth === 0) takeHeading(heading, said);
  if (said.type === "comment" || said.type === "version") {
    const begun = held !== null || (levels[0]?.points ?? 0) > 0;
    if (said.type === "version" && depth === 0 && begun) throw invalid(reading, "another report begins here");
    return;
  }
  if (depth > deepest) throw invalid(reading, `more than ${deepest} subtests are inside one another`);
  if (said.type === "bail") {
    reading.bailed = true;
    return;
  }
  if (held !== null && !(held.depth === depth && said.type === "open")) {
    reading.held = null;
    if (held.point.opens && depth > held.depth) openLevel(reading, held.point.name, held.point);
    else settle(reading, held.point, null);
  }
  if (said.type === "open") {
    if (held !== null) held.point.opens = true;
  } else if (said.type === "subtest") {
    // Runners announce a subtest either where it stands or one step further out.
    const inside = depth > levels.length - 1 && !announced.has(depth) ? depth : depth + 1;
    closeTo(reading, inside - 1);
    announced.set(inside, said.text);
  } else if (said.type === "close") closeTo(reading, depth);
  else if (said.type === "plan") {
    const level = levelAt(reading, depth);
    if (level.plan !== null) throw invalid(reading, "a second plan");
    level.plan = said.tests;
  } else if (said.type === "point") takePoint(reading, said.point, depth);
}

function takePoint(reading: Reading, point: TapPoint, depth: number): void {
  const { levels, announced } = reading;
  closeTo(reading, depth + 1);
  announced.delete(depth + 1);
  const inner = levels.length - 1 > depth ? levels.pop() : undefined;
  if (inner === undefined) {
    levelAt(reading, depth);
    reading.held = { point: headed(reading, point, depth), depth };
  } else if (inner.verdict === null) settle(reading, point, endLevel(inner));
  else {
    settle(reading, inner.verdict, endLevel(inner));
    reading.held = { point, depth };
  }
}

/** The level at a depth, with those further in closed and those up to it opened. */
function levelAt(reading: Reading, depth: number): Level {
  closeTo(reading, depth);
  while (reading.levels.length - 1 < depth) {
    openLevel(reading, reading.announced.get(reading.levels.length) ?? "", null);
    reading.announced.delete(reading.levels.length - 1);
  }
  return innermost(reading);
}

function openLevel(reading: Reading, name: string, verdict: TapPoint | null): void {
  reading.levels.push({ ...newLevel([...innermost(reading).path, name]), verdict });
}

/** Closes the levels further in than `depth`. One that nobody reported on was left by its test: that is a failure. */
function closeTo(reading: Reading, depth: number): void {
  while (reading.levels.length - 1 > depth) {
    const inner = reading.levels.pop();
    if (inner === undefined) return;
    if (inner.verdict !== null) settle(reading, inner.verdict, endLevel(inner));
    else {
      const run = endLevel(inner);
      if (inner.plan === null) fail(run, [...inner.path, "did not end"]);
      addRun(innermost(reading).run, run);
    }
  }
}

/** Counts a result, with what was counted inside it. */
function settle(reading: Reading, point: TapPoint, inner: TestRun | null): void {
  const level = innermost(reading);
  const { run } = level;
  level.points += 1;
  if (reading.levels.length === 1) run.milliseconds = addTimes(run.milliseconds, point.milliseconds);
  if (inner === null || inner.passed + inner.failed + inner.skipped === 0) {
    if (point.directive !== null) run.skipped += 1;
    else if (point.ok) run.passed += 1;
    else fail(run, [...level.path, point.name]);
  } else if (point.directive !== null) {
    run.passed += inner.passed;
    run.skipped += inner.skipped + inner.failed;
  } else {
    addRun(run, inner);
    if (!point.ok && inner.failed === 0) fail(run, [...level.path, point.name]);
  }
}

/** What a level counted, and whether its plan was kept. */
function endLevel({ path, plan, points, run }: Level): TestRun {
  if (plan !== null && points < plan) {
    fail(run, [...path, "planned, not run"]);
    run.failed += plan - points - 1;
  } else if (plan !== null && points > plan) fail(run, [...path, "not planned"]);
  return run;
}

function finish(reading: Reading, root: Level): void {
  const { held } = reading;
  reading.held = null;
  if (held !== null) settle(reading, held.point, null);
  if (reading.bailed) {
    for (const level of reading.levels.splice(1)) addRun(root.run, level.run);
    fail(root.run, ["Bail out!"]);
    return;
  }
  closeTo(reading, 0);
  if (root.plan === null) throw invalid(reading, "it ends without a plan (1..N)");
  endLevel(root);
}

/** The first of the comments before a result is the test's name, the others are its remarks. */
function takeHeading(heading: NonNullable<Reading["heading"]>, said: TapLine): void {
  if (said.type === "comment" && !said.text.startsWith("SKIP ") && (heading.last !== "comment" || heading.used)) {
    heading.text = said.text.replace(/^TODO /, "");
    heading.used = false;
  } else if (said.type === "point") heading.used = true;
  heading.last = said.type;
}

function headed({ heading }: Reading, point: TapPoint, depth: number): TapPoint {
  return heading === null || depth > 0 ? point : { ...point, name: testName([heading.text, point.name]) };
}

function addRun(to: TestRun, { passed, failed, skipped, failing }: TestRun): void {
  to.passed += passed;
  to.failed += failed;
  to.skipped += skipped;
  for (const name of failing) to.failing.push(name);
}

function fail(run: TestRun, path: readonly string[]): void {
  run.failed += 1;
  run.failing.push(testName(path));
}

function newLevel(path: readonly string[]): Level {
  return { path, plan: null, points: 0, run: emptyRun(), verdict: null };
}

function innermost({ levels }: Reading): Level {
  return levels.at(-1) ?? newLevel([]);
}

function invalid({ file, line }: Reading, problem: string): Failure {
  return unreadable(file.path, kind, `line ${line}: ${problem}`, "whole TAP, as the test runner wrote it");
}
