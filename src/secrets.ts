import { runInNewContext } from "node:vm";
import { anchors, presetShapes, secretRules } from "./secrets-rules.ts";

/** A text with its secrets masked. `rules`: the names of what masked something, sorted, unique; never a value. */
export interface Masked {
  text: string;
  rules: string[];
}

/** What to look for beyond the known kinds of secrets. */
export interface SecretRules {
  /** The user's own regular expressions (configured as `redact`); valid ones. Each sees one line at a time. */
  userPatterns: readonly string[];
  /** An environment: the values of the variables whose names say secret are secrets themselves. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Variables whose values are secret whatever they are called. */
  secretVariables?: readonly string[];
}

interface Span {
  start: number;
  end: number;
  rule: string;
}

const mask = "[masked]";
/** Between two texts: no pattern matches over a NUL between two line ends. */
const separator = "\n\0\n";

/**
 * The texts with every secret in them replaced by `[masked]`; what names the secret (`TOKEN=`, `Bearer`) stays.
 * Masking what is masked changes nothing. All texts are searched as one, and secretlint is loaded only where it
 * could find something; so give all texts in one call. Never throws a text or a part of one.
 */
export async function maskAll(texts: readonly string[], rules: SecretRules): Promise<Masked[]> {
  const masked = await maskOnce(texts, rules);
  const changed = masked.filter((each) => each.rules.length > 0);
  if (changed.length === 0) return masked;
  // A mask can lay bare what its neighbour hid; each round leaves less to mask, so this comes to an end.
  const again = await maskAll(changed.map((each) => each.text), rules);
  for (const [index, each] of changed.entries()) Object.assign(each, merged(each, again[index]));
  return masked;
}

const merged = (before: Masked | undefined, after: Masked | undefined): Masked => ({
  text: after?.text ?? "", rules: [...new Set([...before?.rules ?? [], ...after?.rules ?? []])].sort(),
});

async function maskOnce(texts: readonly string[], rules: SecretRules): Promise<Masked[]> {
  const joined = texts.join(separator);
  const { spans, presetMayFind: worthwhile } = ruleSpans(joined);
  const first = replace(texts, [
    ...spans,
    ...privateKeySpans(joined),
    ...environmentSpans(joined, rules),
    ...userSpans(joined, rules.userPatterns),
  ], joined);
  const rest = worthwhile ? first.map((each) => each.text).join(separator) : "";
  if (!presetMayFind(rest)) return first;
  const second = replace(first.map((each) => each.text), await presetSpans(rest), rest);
  return second.map((each, index) => merged(first[index], each));
}

/** Whether secretlint's preset could find anything in a text; where not, loading it (60 ms) is spared. */
export function presetMayFind(text: string): boolean {
  return presetShapes.test(text);
}

/** What our own rules find, and whether a line they looked at has a shape of the preset's: all of those hold an anchor. */
function ruleSpans(joined: string): { spans: Span[]; presetMayFind: boolean } {
  const spans: Span[] = [];
  let worthwhile = false;
  anchors.lastIndex = 0;
  for (let hit = anchors.exec(joined); hit !== null; hit = anchors.exec(joined)) {
    // The anchor's last character: its first may be the line end before (`\s-u `).
    const at = anchors.lastIndex - 1;
    const start = joined.lastIndexOf("\n", at) + 1;
    const lineEnd = joined.indexOf("\n", at);
    const end = lineEnd === -1 ? joined.length : lineEnd;
    const line = joined.slice(start, end);
    spansOfLine(line, start, spans);
    worthwhile ||= presetMayFind(line);
    anchors.lastIndex = end;
  }
  return { spans, presetMayFind: worthwhile };
}

function spansOfLine(line: string, offset: number, spans: Span[]): void {
  for (const { name, pattern, accept } of secretRules) {
    pattern.lastIndex = 0;
    // Not matchAll, which copies the pattern for every line.
    for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
      const { before = "", quote = "", secret, quoted, bare } = match.groups ?? {};
      const value = secret ?? quoted ?? bare ?? match[0];
      if (accept !== undefined && !accept(value, match)) continue;
      const start = offset + match.index + before.length + quote.length;
      spans.push({ start, end: start + value.length, rule: name });
    }
  }
}

const keyBegin = /-----BEGIN ?[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const keyEnd = /-----END ?[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** What may stand in a key's lines: base64, a header such as `DEK-Info: …`, an escaped line end. */
const keyLines = /(?:[ \t]*(?:[A-Za-z0-9+/=\\]*|[A-Za-z-]{1,30}: [^\r\n\0]*)(?:\r?\n|$))*/y;

/** Private keys, over several lines; also one whose end, or whose beginning, was cut off. */
function privateKeySpans(joined: string): Span[] {
  if (!joined.includes("PRIVATE KEY")) return [];
  const spans: Span[] = [];
  const rule = "private-key";
  let done = 0;
  for (const begin of joined.matchAll(keyBegin)) {
    if (begin.index < done) continue;
    const limit = joined.indexOf("\0", begin.index);
    keyEnd.lastIndex = begin.index;
    const end = keyEnd.exec(joined);
    if (end !== null && (limit === -1 || end.index < limit)) {
      done = end.index + end[0].length;
    } else {
      const body = begin.index + begin[0].length;
      keyLines.lastIndex = body;
      done = body + (keyLines.exec(joined)?.[0] ?? "").trimEnd().length;
    }
    spans.push({ start: begin.index, end: done, rule });
  }
  keyEnd.lastIndex = 0;
  for (const end of joined.matchAll(keyEnd)) {
    if (spans.some((span) => span.start <= end.index && end.index < span.end)) continue;
    let start = end.index;
    for (;;) {
      const lineStart = joined.lastIndexOf("\n", start - 2) + 1;
      if (start === 0 || lineStart >= start || !/^\s*[A-Za-z0-9+/=]{8,}\s*$/.test(joined.slice(lineStart, start))) break;
      start = lineStart;
    }
    spans.push({ start, end: end.index + end[0].length, rule });
  }
  return spans;
}

const secretVariable =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|PW|SECRET|TOKEN|CREDENTIALS?|AUTH|AUTHTOKEN|APIKEY|COOKIE|DSN|(?:API|ACCESS|SECRET|PRIVATE|AUTH|ENCRYPTION|SIGNING|MASTER|ACCOUNT|SHARED|LICENSE|SERVICE|APP|DEPLOY|STORAGE)_?KEY|KEY_BASE|CONNECTION_STRING)S?(?:_\d+|_(?:PROD|PRODUCTION|STAGING|TEST|DEV|OLD|NEW))?$|^PGPASSWORD$|[A-Z]PASSWORD$/i;
const commonValues = new Set((
  "production development staging testing localhost password passw0rd postgres postgresql changeme username database " +
  "administrator anonymous disabled enabled required optional undefined unlimited automatic keychain default example " +
  "undefined-secret insecure mongodb rabbitmq redis123 application internal external available container"
).split(" "));

/** The values of the variables whose names say secret, each also as a URL and as base64 has it. */
function environmentSpans(joined: string, { environment, secretVariables = [] }: Pick<SecretRules, "environment" | "secretVariables">): Span[] {
  const spans: Span[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !(secretVariable.test(name) || secretVariables.includes(name)) || !mayBeSecretValue(value)) continue;
    const lines = value.includes("\n") ? value.split(/\r?\n/).filter((line) => line.length >= 16) : [];
    const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "");
    for (const form of new Set([value, ...lines, encodeURIComponent(Buffer.from(value).toString()), base64])) {
      for (let at = joined.indexOf(form); at !== -1; at = joined.indexOf(form, at + form.length)) {
        spans.push({ start: at, end: at + form.length, rule: "environment-variable" });
      }
    }
  }
  return spans;
}

function mayBeSecretValue(value: string): boolean {
  return value.trim().length >= 8 && !commonValues.has(value.trim().toLowerCase()) &&
    !/^(?:~|\.{0,2}\/|[A-Za-z]:[\\/])\S*$/.test(value) && !/^(.)\1*$/.test(value) &&
    !/^[a-z][a-z0-9+.-]*:\/\/[^@\s]*$/i.test(value) && !/^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(value);
}

/** How long one of the user's patterns may search, in all: past that, what it has not seen is masked unseen. */
const patternBudgetMs = 1000;

function userSpans(joined: string, patterns: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (const source of patterns) {
    const pattern = new RegExp(source, "g");
    const until = Date.now() + patternBudgetMs;
    const progress = { start: 0 };
    while (progress.start < joined.length) {
      const left = until - Date.now();
      if (left > 0 && finishes(() => searchLines(joined, pattern, progress, spans), Math.min(left, patternBudgetMs / 4))) break;
      // The line that the pattern does not come to an end with is masked whole; without time left, so is each after it.
      const end = lineEndAfter(joined, progress.start);
      if (joined[progress.start] !== "\0") spans.push({ start: progress.start, end, rule: "redact-timeout" });
      progress.start = end + 1;
    }
  }
  return spans;
}

const lineEndAfter = (text: string, start: number): number => {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
};

function searchLines(joined: string, pattern: RegExp, progress: { start: number }, found: Span[]): void {
  while (progress.start < joined.length) {
    const end = lineEndAfter(joined, progress.start);
    const line = joined.slice(progress.start, end);
    pattern.lastIndex = 0;
    for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
      const start = progress.start + match.index;
      found.push({ start, end: start + match[0].length, rule: "redact" });
      if (match[0] === "") pattern.lastIndex += 1;
    }
    progress.start = end + 1;
  }
}

/** Whether the work is done in time; V8 ends a regular expression that runs on, which no other timer can. */
function finishes(work: () => void, timeoutMs: number): boolean {
  try {
    runInNewContext("work()", { work }, { timeout: timeoutMs });
    return true;
  } catch (error) {
    // An Error of the other context, so no `instanceof`.
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  }
}

async function presetSpans(joined: string): Promise<Span[]> {
  const { findWithPreset } = await import("./secrets-preset.ts");
  const found = await findWithPreset(joined);
  // What holds a mask was found by a rule of ours, and all of it but the secret is worth reading.
  return found.filter(({ start, end }) => !joined.slice(start, end).includes(mask));
}

/** The texts with the spans of `joined` masked; what touches or overlaps becomes one mask. */
function replace(texts: readonly string[], spans: Span[], joined: string): Masked[] {
  if (spans.length === 0) return texts.map((text) => ({ text, rules: [] }));
  const standing: Span[] = [];
  for (let at = joined.indexOf(mask); at !== -1; at = joined.indexOf(mask, at + mask.length)) {
    standing.push({ start: at, end: at + mask.length, rule: "" });
  }
  const inside = (span: Span): boolean => standing.some((one) => one.start <= span.start && span.end <= one.end);
  const wanted = spans.filter((span) => span.start < span.end && !inside(span));
  const sorted = [...wanted, ...(wanted.length === 0 ? [] : standing)].sort((a, b) => a.start - b.start);
  let next = 0;
  let offset = 0;
  return texts.map((text) => {
    const end = offset + text.length;
    const rules = new Set<string>();
    let masked = "";
    while ((sorted[next]?.end ?? Infinity) <= offset) next += 1;
    let copied = offset;
    while (next < sorted.length && (sorted[next]?.start ?? end) < end) {
      const start = Math.max(sorted[next]?.start ?? end, copied);
      let stop = start;
      for (; next < sorted.length; next += 1) {
        const span = sorted[next];
        if (span === undefined || span.start > stop || span.start >= end) break;
        stop = Math.max(stop, Math.min(span.end, end));
        if (span.rule !== "") rules.add(span.rule);
      }
      masked += joined.slice(copied, start) + mask;
      copied = stop;
    }
    masked += joined.slice(copied, end);
    offset = end + separator.length;
    return { text: masked, rules: [...rules].sort() };
  });
}
