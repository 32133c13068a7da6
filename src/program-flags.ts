import { type ParseArgsConfig, parseArgs } from "node:util";
import { Failure } from "./failure.ts";
import { nearest } from "./failure-nearest.ts";
import type { Flags } from "./invocation.ts";
import type { FlagLine } from "./program-commands.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** A line of flags, read as far as the first word that is no flag. */
export interface LeadingFlags {
  values: ReadonlyMap<string, readonly (string | true)[]>;
  /** What follows them; a `--` in between is dropped. */
  rest: readonly string[];
}

/** Words as flags and arguments, in any order; a `--` ends the flags. @throws Failure `usage` */
export function readFlags(words: readonly string[], lines: readonly FlagLine[]): { values: LeadingFlags["values"]; args: readonly string[] } {
  const options = optionsOf(lines);
  const { values, positionals } = guarded(lines, () => parseArgs({ args: withDashes(words, options), options, allowPositionals: true, strict: true }));
  return { values: valuesOf(values), args: positionals };
}

/** Flags up to the first word that is none. @throws Failure `usage` */
export function readLeadingFlags(words: readonly string[], lines: readonly FlagLine[]): LeadingFlags {
  const { tokens } = parseArgs({ args: [...words], options: optionsOf(lines), allowPositionals: true, strict: false, tokens: true });
  const end = tokens.find(({ kind }) => kind !== "option");
  const place = end?.index ?? words.length;
  return {
    values: readFlags(words.slice(0, place), lines).values,
    rest: words.slice(end?.kind === "option-terminator" ? place + 1 : place),
  };
}

/** @param sources later ones win */
export function asFlags(...sources: readonly LeadingFlags["values"][]): Flags {
  const all = new Map(sources.flatMap((values) => [...values]));
  const texts = (name: string): string[] => (all.get(name) ?? []).filter((value) => value !== true);
  return {
    on: (name) => all.get(name)?.at(-1) === true,
    text: (name) => texts(name).at(-1) ?? null,
    list: texts,
  };
}

/** The long name of a flag, or its letter where it has no other. */
export function nameOf(flag: string): string {
  return /--([a-z-]+)/.exec(flag)?.[1] ?? flag.slice(1, 2);
}

function optionsOf(lines: readonly FlagLine[]): Options {
  return Object.fromEntries(
    [...lines, ["-h, --help", ""] as const].map(([flag]) => {
      const short = /^-([A-Za-z])\b/.exec(flag)?.[1];
      const type = / [A-Z]/.test(flag) ? ("string" as const) : ("boolean" as const);
      return [nameOf(flag), { type, multiple: true, ...(short === undefined ? {} : { short }) }];
    }),
  );
}

/** A value may begin with a dash (`--reason '-30 % latency'`), as long as it is no long flag itself. */
function withDashes(words: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [word = "", next] = [words[at], words[at + 1]];
    if (word === "--") return [...joined, ...words.slice(at)];
    const takesIt = word.startsWith("--") && options[word.slice(2)]?.type === "string" && next !== undefined && /^-[^-]/.test(next);
    joined.push(takesIt ? `${word}=${next}` : word);
    if (takesIt) at += 1;
  }
  return joined;
}

function valuesOf(values: Record<string, unknown>): LeadingFlags["values"] {
  return new Map(
    Object.entries(values).map(([name, given]) => [
      name,
      (Array.isArray(given) ? given : [given]).map((value) => (typeof value === "string" ? value : true as const)),
    ]),
  );
}

function guarded<T>(lines: readonly FlagLine[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure("usage", explained(error.message, lines), {
      expected: "a call as `shipnote --help` and `shipnote COMMAND --help` describe it",
      retry: true,
    });
  }
}

function explained(message: string, lines: readonly FlagLine[]): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown !== undefined) {
    const meant = nearest(unknown, lines.map(([flag]) => (flag.includes("--") ? `--${nameOf(flag)}` : `-${nameOf(flag)}`)));
    return `unknown option '${unknown}'${meant === null || !unknown.startsWith("--") ? "" : ` (Did you mean ${meant}?)`}`;
  }
  // Node's own words name no value (`<value>`), and go on for three lines where another flag follows.
  const name = /^Option '(?:-\w, )?--([\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(message)?.[1];
  const flag = lines.find(([flag]) => name !== undefined && nameOf(flag) === name)?.[0];
  if (flag !== undefined) return `${flag.replace(/\.{3}$/, "")} needs its value`;
  return message.split("\n").join(" ");
}
