import { Failure } from "../failure.ts";

/** Nobody writes deeper ones; of 60 MB of opening brackets the engine makes a gigabyte and a half before it refuses them. */
const deepest = 1000;

/**
 * A text as JSON; a command's chatter before a last line that is JSON does no harm.
 *
 * @param source what the text is, for messages
 * @throws Failure `report-invalid` where it is none, with the line, or is nested without measure
 */
export function parseJson(text: string, source: string): unknown {
  try {
    return parsed(text);
  } catch (cause) {
    const last = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
    if (/^[[{]/.test(last) && last.length < text.trim().length) {
      try {
        return parsed(last);
      } catch {
        // The whole text's error says more.
      }
    }
    const place = cause instanceof RangeError ? `: ${cause.message}` : placeOf(text, cause);
    throw new Failure("report-invalid", `${source} is not JSON${place}.`, {
      expected: "one whole JSON document",
      retry: true,
      cause,
    });
  }
}

/** @throws SyntaxError, or RangeError where it is nested too deep */
function parsed(text: string): unknown {
  if (isDeep(text)) throw new RangeError(`it is nested more than ${deepest} deep`);
  return JSON.parse(text);
}

const [quote, backslash] = [34, 92];
const opening = new Set([91, 123]);
const closing = new Set([93, 125]);

/** Whether a text's brackets, but for those in strings, are nested deeper than {@link deepest}. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) inString = !inString;
    else if (inString) at += code === backslash ? 1 : 0;
    else if (opening.has(code)) depth += 1;
    else if (closing.has(code)) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}

function placeOf(text: string, cause: unknown): string {
  if (text.trim() === "") return ": it is empty";
  const said = cause instanceof Error ? cause.message : "";
  const end = text.trimEnd().length;
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  // For a short text the engine names no place.
  const named = /position (\d+)/.exec(said)?.[1];
  if (/end of JSON|Unterminated/.test(said) || Number(named) >= end) return `: it ends too early, in line ${lineAt(end)}`;
  return named === undefined ? "" : `: line ${lineAt(Number(named))} is wrong`;
}
