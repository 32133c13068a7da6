import { Failure } from "../failure.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import { parseJson } from "./json-text.ts";
import { joinFiles, type ReportFormat } from "./format.ts";

/** More numbers than this are no report that somebody wants to compare whole. */
const mostMetrics = 100;

/**
 * Any JSON: every number in it is a metric, named by its keys joined with dots; a list of numbers is a metric with
 * samples.
 */
export const json: ReportFormat = {
  name: "json",
  // Cut off or not: what begins like JSON was meant to be JSON, and the reader says where it breaks.
  recognizes: (text) => /^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:["{[\]\d-]|true|false|null|$))/.test(text.slice(0, 4096)),
  read: (files) => joinFiles(files, ({ path, text }) => everyNumber(parseJson(text, path), path)),
};

function everyNumber(value: unknown, path: string): Yielded[] {
  const found: Yielded[] = [];
  walk(value, [], found);
  if (found.length > 0 && found.length <= mostMetrics) return found;
  throw new Failure(
    "report-invalid",
    found.length === 0 ? `${path} holds no number.` : `${path} holds more than ${mostMetrics} numbers.`,
    { expected: "a few numbers by name, or `metrics:` in the configuration that choose some", retry: true },
  );
}

function walk(value: unknown, keys: readonly string[], found: Yielded[]): void {
  if (found.length > mostMetrics || keys.length > 20) return;
  const name = keys.join(".") || "value";
  if (typeof value === "number") {
    if (Number.isFinite(value)) found.push(yielded(name, "", { value }));
  } else if (Array.isArray(value)) {
    const samples = value.filter((entry): entry is number => typeof entry === "number" && Number.isFinite(entry));
    if (samples.length > 0 && samples.length === value.length) {
      found.push(yielded(name, "", { samples, rounds: samples.map(() => 1) }));
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) walk(inner, [...keys, key], found);
  }
}
