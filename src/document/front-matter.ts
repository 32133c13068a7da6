import { Failure } from "../failure.ts";
import { scanEntries } from "./front-matter-lines.ts";
import { applyEdits, endingAt, markLength, splitLines, toLf, withEnding, type Edit } from "./lines.ts";

/** Our keys, in the order in which they are written. Every other key is people's. */
export const frontMatterKeys = [
  "id", "date", "environment", "owner", "range", "verdict", "rollback", "outcome",
] as const;

export type FrontMatterKey = (typeof frontMatterKeys)[number];

/** Our values; null for a key that is left out (no owner, no outcome yet). */
export type FrontMatter = Partial<Record<FrontMatterKey, string | null>>;

/** A key at the top of the front matter; offsets are those of the whole source. */
export interface FrontMatterEntry {
  key: string;
  /** The value as plain text; null where it is none: a list, a mapping, nothing. */
  value: string | null;
  valueStart: number;
  valueEnd: number;
  /** Offsets of all its lines, the last line's end included. */
  start: number;
  next: number;
}

/** The front matter's inside: what stands between the two fences. */
interface Inside {
  start: number;
  end: number;
}

/**
 * Our values as they stand; a key that is not there is left out. Null: the document has no front matter.
 *
 * @throws Failure `front-matter-invalid`, with the line, where it is not YAML
 */
export async function readFrontMatter(source: string): Promise<FrontMatter | null> {
  const inside = findInside(source);
  if (inside === null) return null;
  const values: FrontMatter = {};
  for (const entry of await readEntries(source, inside)) {
    if (isOurs(entry.key)) values[entry.key] = entry.value;
  }
  return values;
}

/**
 * Our keys whose value people changed: they stand there with another value than `atHand` gave them.
 *
 * @throws Failure `front-matter-invalid`
 */
export async function editedKeys(source: string, atHand: FrontMatter): Promise<FrontMatterKey[]> {
  const standing = await readFrontMatter(source);
  if (standing === null) return [];
  return frontMatterKeys.filter((key) => key in standing && standing[key] !== (atHand[key] ?? null));
}

/**
 * The document with our keys as given: changed in place, added in their order, taken out where the value is
 * null; a key that is not given stays as it is. People's keys and all comments keep their bytes, and a front
 * matter that people removed stays away.
 *
 * @throws Failure `front-matter-invalid`
 */
export async function rewriteFrontMatter(source: string, ours: FrontMatter): Promise<string> {
  const inside = findInside(source);
  if (inside === null) return source;
  const entries = await readEntries(source, inside);
  const edits: Edit[] = [];
  const ending = endingAt(source, 0);
  let at = inside.start;
  for (const key of frontMatterKeys) {
    const entry = entries.find((candidate) => candidate.key === key);
    const value = ours[key];
    if (entry !== undefined && value === null) {
      edits.push({ start: entry.start, end: entry.next, text: "" });
    } else if (entry !== undefined && value !== undefined && entry.value !== value) {
      const space = /[ \t]/.test(source.charAt(entry.valueStart - 1)) ? "" : " ";
      edits.push({ start: entry.valueStart, end: entry.valueEnd, text: space + frontMatterScalar(value ?? "") });
    } else if (entry === undefined && typeof value === "string") {
      edits.push({ start: at, end: at, text: `${key}: ${frontMatterScalar(value)}${ending}` });
    }
    if (entry !== undefined) at = entry.next;
  }
  return applyEdits(source, joinInsertions(edits));
}

/**
 * The document with the keys that people added to the front matter of another one, behind its own; keys that stand there
 * already, and ours, stay as they are.
 *
 * @throws Failure `front-matter-invalid`
 */
export async function addedEntries(source: string, from: string): Promise<string> {
  const [inside, other] = [findInside(source), findInside(from)];
  if (inside === null || other === null) return source;
  const standing = new Set((await readEntries(source, inside)).map(({ key }) => key));
  const added = (await readEntries(from, other)).filter(({ key }) => !isOurs(key) && !standing.has(key));
  const lines = added.map(({ start, next }) => toLf(from.slice(start, next)).replace(/\n*$/, "\n")).join("");
  return applyEdits(source, [{ start: inside.end, end: inside.end, text: withEnding(lines, endingAt(source, 0)) }]);
}

/**
 * The lines of people's keys in the front matter of another document that stand in the first with another value; those
 * that `base` has just so are left out. Over LF.
 *
 * @throws Failure `front-matter-invalid`
 */
export async function otherEntries(source: string, from: string, base: string | null): Promise<string> {
  const [standing, others, before] = await Promise.all([source, from, base ?? ""].map(async (text) => {
    const inside = findInside(text);
    const entries = inside === null ? [] : await readEntries(text, inside);
    return new Map(entries.filter(({ key }) => !isOurs(key)).map(({ key, start, next }) => [key, toLf(text.slice(start, next)).replace(/\n*$/, "\n")]));
  }));
  return [...(others ?? [])].filter(([key, lines]) => standing?.has(key) === true && standing.get(key) !== lines && before?.get(key) !== lines).map(([, lines]) => lines).join("");
}

/** The whole front matter of a new document, fences included, over LF, with a line end behind it. */
export function renderFrontMatter(ours: FrontMatter): string {
  const lines = frontMatterKeys.flatMap((key) => {
    const value = ours[key];
    return typeof value === "string" ? [`${key}: ${frontMatterScalar(value)}\n`] : [];
  });
  return `---\n${lines.join("")}---\n`;
}

/**
 * A string as a YAML scalar that every YAML reads back as this string: dates, ids and plain words stand as
 * they are, all else (shas, versions, what YAML takes for something else) is quoted.
 */
export function frontMatterScalar(value: string): string {
  const plain = /^\d{4}-\d{2}-\d{2}(?:-[a-z0-9-]*[a-z0-9])?$/.test(value) ||
    (/^[A-Za-z]+(?:[-_/][A-Za-z]+)*$/.test(value) && !hasMeaning(value));
  return plain ? value : quoted(value);
}

/** Words that one YAML or another takes for a truth value or for nothing, and what reads like a sha. */
function hasMeaning(value: string): boolean {
  return /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value) || /^[0-9a-f]{6,}$/i.test(value);
}

function quoted(value: string): string {
  // Beside what JSON escapes: what ends a line in YAML, controls, and what turns the reading direction.
  return JSON.stringify(value).replace(
    /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isOurs(key: string): key is FrontMatterKey {
  return frontMatterKeys.some((own) => own === key);
}

function findInside(source: string): Inside | null {
  const lines = splitLines(source);
  const fence = (index: number): boolean => {
    const line = lines[index];
    return line !== undefined && /^---[ \t]*$/.test(source.slice(line.start, line.end));
  };
  const first = lines[0];
  if (first === undefined || first.start !== markLength(source) || !fence(0)) return null;
  const last = lines.find((_, index) => index > 0 && fence(index));
  return last === undefined ? null : { start: first.next, end: last.start };
}

/** Lines that a scan understands cost nothing; only others need a parser of YAML, which costs 20 ms. */
async function readEntries(source: string, inside: Inside): Promise<FrontMatterEntry[]> {
  const text = source.slice(inside.start, inside.end);
  let entries = scanEntries(text);
  if (entries === null) {
    const { parseEntries } = await import("./front-matter-yaml.ts");
    const parsed = parseEntries(text);
    if ("problem" in parsed) {
      throw new Failure(
        "front-matter-invalid",
        `The front matter is not YAML that shipnote can keep: line ${parsed.line + 1}: ${parsed.problem}.`,
        { expected: "One YAML mapping between the two `---` lines, each key once.", retry: true },
      );
    }
    entries = parsed.entries;
  }
  return entries.map((entry) => ({
    key: entry.key,
    value: entry.value,
    valueStart: entry.valueStart + inside.start,
    valueEnd: entry.valueEnd + inside.start,
    start: entry.start + inside.start,
    next: entry.next + inside.start,
  }));
}

/** Keys that are added at the same place stand in the order in which they were asked for. */
function joinInsertions(edits: readonly Edit[]): Edit[] {
  const joined: Edit[] = [];
  for (const edit of edits) {
    const same = joined.find((other) => other.start === edit.start && other.end === edit.end && edit.start === edit.end);
    if (same === undefined) joined.push({ ...edit });
    else same.text += edit.text;
  }
  return joined;
}
