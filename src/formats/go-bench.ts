import { Failure } from "../failure.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { parseJson } from "./json-text.ts";
import { metricName } from "./members.ts";

/** One value of one line. */
interface Measured {
  package: string;
  /** As written, with the number of processors: `BenchmarkJoin-8`. */
  benchmark: string;
  unit: string;
  value: number;
}

interface Found {
  measured: Measured[];
  failing: string[];
}

const result = /^(Benchmark\S*)\s+(\d+)\s+(\S.*)$/;
/** How many processors a benchmark had. */
const processors = /-(\d+)$/;

/** The units of Go itself; a benchmark's own have no better direction. */
const units: ReadonlyMap<string, { suffix: string; unit: string; better: Yielded["better"] }> = new Map([
  ["ns/op", { suffix: "", unit: "ns", better: "lower" }],
  ["B/op", { suffix: " B/op", unit: "bytes", better: "lower" }],
  ["allocs/op", { suffix: " allocs/op", unit: "", better: "lower" }],
  ["MB/s", { suffix: " MB/s", unit: "MB/s", better: "higher" }],
]);
/** Counted, not timed: once is enough. */
const counted = ["B/op", "allocs/op"];

/**
 * What `go test -bench` prints, also with `-json`, in the format that Go's proposal 14313 fixed. Lines of the same
 * benchmark (`-count`) are runs of their own, and so rounds of their own. `failed` counts benchmarks and packages
 * that failed, so that one that newly fails is a regression.
 */
export const goBench: ReportFormat = {
  name: "go-bench",
  recognizes: (text) => /^(?:Benchmark\S*\s+\d+\s+\d\S*\s+\S+|\{"Time":"[^"]*","Action":.*\bBenchmark)/m.test(text.slice(0, 1 << 20)),
  read(files) {
    const found = files.map(findIn);
    const measured = found.flatMap((each) => each.measured);
    const failing = [...new Set(found.flatMap((each) => each.failing))].sort();
    const [first] = files;
    if (measured.length === 0 && failing.length === 0 && first !== undefined) throw invalid(first.path, "no benchmark's result is in it");
    const failed = yielded("failed", "", {
      value: failing.length, better: "lower", tolerance: { value: 0, percent: false }, ofRuns: "most", details: { failing },
    });
    return [...joinRuns(measured), failed];
  },
};

function findIn({ path, text }: ReportText): Found {
  const lines = linesOf(text);
  const last = lines.at(-1) ?? "";
  if (/^(?:\{|Benchmark.*\s\d)/.test(last)) throw invalid(path, `it breaks off in line ${lines.length}`);
  const found: Found = { measured: [], failing: [] };
  let inPackage = "";
  for (const [index, line] of lines.entries()) {
    const match = result.exec(line);
    if (match !== null) {
      const [, benchmark = "", , rest = ""] = match;
      const values = valuesOf(rest);
      if (values === null) throw invalid(path, `line ${index + 1}: a benchmark's values are no pairs of a number and a unit`);
      found.measured.push(...values.map((value) => ({ package: inPackage, benchmark, ...value })));
    } else if (line.startsWith("pkg: ")) inPackage = line.slice(5).trim();
    else {
      const failed = /^\s*--- FAIL: (\S+)/.exec(line)?.[1] ?? /^FAIL\s+(\S.*?) \[(?:build|setup) failed\]/.exec(line)?.[1];
      if (failed !== undefined) found.failing.push(metricName(failed));
    }
  }
  return found;
}

function valuesOf(rest: string): { value: number; unit: string }[] | null {
  const words = rest.trim().split(/\s+/);
  if (words.length % 2 !== 0) return null;
  const values: { value: number; unit: string }[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const value = Number(words[at]);
    if (!Number.isFinite(value)) return null;
    values.push({ value, unit: words[at + 1] ?? "" });
  }
  return values;
}

/** The lines that `go test` printed; with `-json` each package's, one after the other, whatever the order they came in. */
function linesOf(text: string): string[] {
  if (!text.startsWith("{")) return text.split(/\r?\n/);
  const printed = new Map<string, string>();
  for (const line of text.split("\n")) {
    const event = /^\{.*"Action":"output".*\}\s*$/.test(line) ? outputOf(line) : null;
    if (event !== null) printed.set(event.of, (printed.get(event.of) ?? "") + event.output);
  }
  return [...printed.values()].flatMap((output) => output.split("\n"));
}

function outputOf(line: string): { of: string; output: string } | null {
  try {
    const { Package, Output } = parseJson(line, "") as { Package?: unknown; Output?: unknown };
    return typeof Output === "string" ? { of: String(Package), output: Output } : null;
  } catch {
    return null;
  }
}

/** One metric for each benchmark and unit; the number of processors is named only where it is not the same for all. */
function joinRuns(measured: readonly Measured[]): Yielded[] {
  const cores = new Set(measured.map(({ benchmark }) => processors.exec(benchmark)?.[1]));
  const packages = new Set(measured.map((each) => each.package));
  const joined = new Map<string, { unit: string; samples: number[] }>();
  for (const { package: inPackage, benchmark, unit, value } of measured) {
    const bare = cores.size === 1 ? benchmark.replace(processors, "") : benchmark;
    const name = metricName(`${packages.size === 1 ? "" : `${inPackage}.`}${bare}${units.get(unit)?.suffix ?? ` ${unit}`}`);
    const known = joined.get(name);
    if (known === undefined) joined.set(name, { unit, samples: [value] });
    else known.samples.push(value);
  }
  return [...joined].map(([name, { unit, samples }]) => {
    const { unit: shown, better } = units.get(unit) ?? { unit, better: "none" };
    const [only] = samples;
    return samples.length === 1 && only !== undefined && counted.includes(unit)
      ? yielded(name, shown, { better, value: only })
      : yielded(name, shown, { better, samples, rounds: samples.map((_, run) => run + 1) });
  });
}

function invalid(path: string, what: string): Failure {
  return new Failure("report-invalid", `${path} is not a readable report of go test -bench: ${what}.`, {
    expected: "what go test -bench printed, whole",
    retry: true,
  });
}
