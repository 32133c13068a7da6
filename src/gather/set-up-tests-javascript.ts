import { packageManager, readManifest } from "./set-up-manifest.ts";
import type { WorkTreeFiles } from "./set-up-files.ts";
import { type TestRun, withoutReport } from "./set-up-test-run.ts";

/** A test runner of JavaScript's, and how it is told to write a report. */
interface Runner {
  /** All of these have to be there. */
  packages: readonly string[];
  runner: string;
  /** Its program. */
  word: string;
  format: "junit" | "tap";
  /** The arguments with which it runs once and ends, where no script says how it is called. */
  alone: readonly string[];
  /** What is put behind a script for the same; null where a script needs nothing. */
  once: string | null;
  reporting: (call: (flags: string) => string, report: string) => string;
}

/** The first that is there counts. */
const runners: readonly Runner[] = [
  {
    packages: ["vitest"], runner: "Vitest", word: "vitest", format: "junit", alone: ["run"], once: "--run",
    reporting: (call, report) => call(`--reporter=default --reporter=junit --outputFile.junit=${report}`),
  },
  {
    packages: ["jest", "jest-junit"], runner: "Jest", word: "jest", format: "junit", alone: ["--ci"], once: "--ci",
    reporting: (call, report) => `JEST_JUNIT_OUTPUT_FILE=${report} ${call("--reporters=default --reporters=jest-junit")}`,
  },
  { packages: ["ava"], runner: "AVA", word: "ava", format: "tap", alone: [], once: null, reporting: (call, report) => `${call("--tap")} > ${report}` },
  { packages: ["mocha"], runner: "Mocha", word: "mocha", format: "junit", alone: [], once: null, reporting: (call, report) => call(`--reporter xunit --reporter-option output=${report}`) },
];

/** How the tests of a package.json are run: through its script, which knows the arguments; without one by the runner's name. */
export function javascriptTests(files: WorkTreeFiles, folder: string): TestRun | null {
  const manifest = readManifest(files);
  if (manifest === null) return null;
  const { exec, run, install, name } = packageManager(files);
  const script = manifest.scripts["test"];
  const known = runners.filter((one) => script === undefined || calling(one).test(script));
  const found = known.find(({ packages }) => packages.every((one) => manifest.dependencies.has(one)));
  const through = (flags: readonly string[]): string => [name === "npm" ? `npm test${flags.length > 0 ? " --" : ""}` : `${run} test`, ...flags].join(" ");
  if (script === undefined) return found === undefined ? null : { ...reported(found, (flags) => [exec, found.word, ...found.alone, ...flags].join(" "), folder), install };
  if (/no test specified/.test(script) || watches(script)) return null;
  const plainNode = nodeRun(script, folder);
  if (plainNode !== null && !("pretest" in manifest.scripts) && !("posttest" in manifest.scripts)) return { ...plainNode, plain: through([]), install };
  const given = found === undefined ? null : argumentsOf(script, found.word);
  if (found === undefined || given === null) {
    const [named] = found === undefined ? known : [found];
    return { ...withoutReport(named?.runner ?? "the script `test`", named === undefined ? null : calling(named), through([]), "package.json"), install };
  }
  const once = found.once === null || given.includes(found.once) ? [] : [found.once];
  return { ...reported(found, (flags) => through([...once, ...flags]), folder), install };
}

function reported(found: Runner, call: (flags: readonly string[]) => string, folder: string): TestRun {
  const { runner, format } = found;
  const report = `${folder}/tests.${format === "tap" ? "tap" : "xml"}`;
  const command = found.reporting((flags) => call([flags]), report);
  return { runner, called: calling(found), report, format, command: format === "tap" ? `mkdir -p ${folder} && ${command}` : command, plain: call([]), install: null, seenIn: ["package.json"] };
}

function calling({ word }: Runner): RegExp {
  return new RegExp(`\\b${word}\\b`);
}

/** A script that goes on watching never ends. */
function watches(script: string): boolean {
  return / --watch(?:All|-all)?(?: |$)/.test(script) || /\b(?:vitest|jest|ava|mocha) (?:watch|dev|-w)(?: |$)/.test(script);
}

/**
 * The arguments that a script gives a runner where what is put behind the script comes to this call of it, and to
 * nothing else; null where it does not, or where the script says itself how to report.
 */
function argumentsOf(script: string, word: string): string[] | null {
  const [call = "", ...before] = script.split("&&").reverse();
  if (/[;&|<>`()\n#]/.test(script.replaceAll("&&", "")) || before.some((one) => one.includes(word))) return null;
  const tokens = call.trim().split(/\s+/);
  const place = tokens.findIndex((token) => new RegExp(`^(?:\\S*/)?${word}(?:\\.[cm]?js)?$`).test(token));
  if (place === -1 || !tokens.slice(0, place).every((token) => /^(?:[A-Za-z_]\w*=.*|cross-env|env|npx|c8|nyc|node|-.*)$/.test(token))) return null;
  const given = tokens.slice(place + 1);
  return given.some((token) => /^(?:--|-R|-O|-t|--tap|--json|--outputFile.*|--reporter.*)(?:=|$)/.test(token)) ? null : given;
}

/** Node's own runner takes its options before the names of files: they are put into what the script says. */
function nodeRun(script: string, folder: string): TestRun | null {
  if (!/^(?:[A-Z_]+=\S+ )*node (?:\S+ )*?--test(?: |$)/.test(script) || /--test-reporter|[;&|<>`\n#]/.test(script)) return null;
  const report = `${folder}/tests.tap`;
  const command = script.replace(/--test(?= |$)/, `--test --test-reporter=tap --test-reporter-destination=${report}`);
  return { runner: "Node's test runner", called: /\bnode\b.* --test\b/, report, format: "tap", command: `mkdir -p ${folder} && ${command}`, plain: script, install: null, seenIn: ["package.json"] };
}
