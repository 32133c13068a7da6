import { Failure } from "../failure.ts";
import type { Tolerance } from "../record/schema.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import { parseJson } from "./json-text.ts";
import { everyMatch, mostMatches } from "./pattern.ts";

/** A metric that somebody configured to be read from text: by a JSON Pointer (RFC 6901) or a regular expression. */
export interface MetricSpec {
  json?: string | null | undefined;
  pattern?: string | null | undefined;
  /** What a rate is of: found like the metric itself. */
  of?: string | null | undefined;
  unit?: string | null | undefined;
  better?: "lower" | "higher" | "none" | undefined;
  tolerance?: Tolerance | null | undefined;
}

/**
 * Reads the configured metrics from a text. A metric that the text does not hold is left out.
 *
 * @param source what the text is, for messages: a path, or the command's output
 * @throws Failure `report-invalid` where JSON is asked for and the text is none, a pattern never ends, or what
 *   was found is no number or no rate.
 */
export function pickMetrics(text: string, specs: Readonly<Record<string, MetricSpec>>, source: string): Yielded[] {
  let parsed: { value: unknown } | null = null;
  const json = (): unknown => (parsed ??= { value: parseJson(text, source) }).value;
  const found: Yielded[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const read = (at: string): number[] =>
      typeof spec.json === "string" ? numbersAt(json(), at, `${name} in ${source}`) : matches(text, at, `${name} in ${source}`);
    const samples = read(spec.json ?? spec.pattern ?? "");
    if (samples.length === 0) continue;
    const traits = { better: spec.better ?? "none", tolerance: spec.tolerance ?? null } as const;
    if (typeof spec.of !== "string") {
      found.push(yielded(name, spec.unit ?? "", { ...traits, samples, rounds: samples.map(() => 1) }));
      continue;
    }
    const of = read(spec.of);
    if (of.length === 0) continue;
    found.push(yielded(name, spec.unit ?? "ratio", { ...traits, rate: rate(sum(samples), sum(of), `${name} in ${source}`) }));
  }
  return found;
}

/**
 * The value at a JSON Pointer.
 *
 * @returns undefined where there is none
 */
export function atPointer(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  if (!pointer.startsWith("/")) return undefined;
  let here = value;
  for (const token of pointer.slice(1).split("/")) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(here)) {
      here = /^(?:0|[1-9]\d*)$/.test(key) ? here[Number(key)] : undefined;
    } else if (typeof here === "object" && here !== null && Object.hasOwn(here, key)) {
      here = (here as Record<string, unknown>)[key];
    } else {
      return undefined;
    }
  }
  return here;
}

function numbersAt(value: unknown, pointer: string, what: string): number[] {
  const found = atPointer(value, pointer);
  if (found === undefined || found === null) return [];
  const list: unknown[] = Array.isArray(found) ? found.slice(0, mostMatches) : [found];
  return list.map((entry) => number(entry, what));
}

function matches(text: string, pattern: string, what: string): number[] {
  return everyMatch(pattern, text, { what, code: "report-invalid" }).map((entry) => number(entry, what));
}

function number(entry: unknown, what: string): number {
  const value = typeof entry === "string" && entry.trim() !== "" ? Number(entry) : entry;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const shown = JSON.stringify(entry)?.slice(0, 60) ?? typeof entry;
  throw invalid(`What was found for ${what} is no number: ${shown}`, "a finite number");
}

function rate(events: number, count: number, what: string): { events: number; count: number } {
  if (Number.isSafeInteger(events) && Number.isSafeInteger(count) && events >= 0 && events <= count) return { events, count };
  throw invalid(`What was found for ${what} is no rate: ${events} of ${count}`, "so many of so many: whole numbers, the first no greater than the second");
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function invalid(message: string, expected: string): Failure {
  return new Failure("report-invalid", `${message}.`, { expected, retry: true });
}
