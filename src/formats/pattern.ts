import { createContext, Script } from "node:vm";
import { Failure, type FailureCode, isTimedOut } from "../failure.ts";

/** How long one pattern may take on one text, in milliseconds. */
const patternTime = 2000;
/** More text than this is not searched, in UTF-16 units. */
const patternText = 64 * 1024 * 1024;
/** More matches than this are not kept of one text. */
export const mostMatches = 100_000;

/** Whose pattern it is and what it is used on, for messages (`rows in bench.txt`), and how its failing is called. */
export interface PatternPlace {
  what: string;
  code: Extract<FailureCode, "report-invalid" | "check-failed">;
}

/**
 * Every match of a configured regular expression in a text that a stranger wrote: its first group, or the whole
 * match where it has none (or the group took no part); at most {@link mostMatches}. `^` and `$` are those of lines.
 *
 * @throws Failure with the place's code, naming the pattern: none at all, not done in time, or too much text
 */
export function everyMatch(pattern: string, text: string, place: PatternPlace): string[] {
  return withinTime(pattern, text, place, () => {
    const found: string[] = [];
    for (const match of text.matchAll(new RegExp(pattern, "gm"))) {
      found.push(match[1] ?? match[0]);
      if (found.length === mostMatches) break;
    }
    return found;
  });
}

/**
 * Whether a configured regular expression matches anywhere in a text that a stranger wrote.
 *
 * @throws Failure as {@link everyMatch} does
 */
export function isMatch(pattern: string, text: string, place: PatternPlace): boolean {
  return withinTime(pattern, text, place, () => new RegExp(pattern, "m").test(text));
}

/*
 * A script's time limit ends a regular expression as well: V8's matcher asks for interrupts whenever it goes back
 * to try another way. Nothing foreign runs in the context; it is made once, for making one takes a millisecond.
 */
const script = new Script("work()");
const context = createContext({ work: null });

function withinTime<T>(pattern: string, text: string, { what, code }: PatternPlace, work: () => T): T {
  const failed = (message: string, expected: string): Failure => new Failure(code, `${message}.`, { expected, retry: true });
  if (text.length > patternText) {
    throw failed(`There is too much text to look for ${what}: ${text.length} characters`, `at most ${patternText}`);
  }
  context["work"] = work;
  try {
    return script.runInContext(context, { timeout: patternTime });
  } catch (cause) {
    const shown = pattern.length > 200 ? `${pattern.slice(0, 200)}…` : pattern;
    throw isTimedOut(cause)
      ? failed(`The pattern of ${what} did not end within ${patternTime / 1000} s: ${shown}`, "a pattern that cannot match the same text in many ways")
      : failed(`The pattern of ${what} is no regular expression: ${shown}`, "a JavaScript regular expression");
  } finally {
    context["work"] = null;
  }
}
