import { splitLines } from "./lines.ts";

/** The two versions that git left in one text. */
export interface ConflictSides {
  ours: string;
  theirs: string;
}

/**
 * The two versions of a text in which git left conflict markers, each whole; null where there are none. Where all markers
 * stand in fenced blocks that began before them they are somebody's text; `|||||||` parts, what both sides had before, go.
 */
export function splitConflict(source: string): ConflictSides | null {
  // A conflict may begin within a block as well, but not all of them do: each record has its own id, say, at its top.
  return source.includes("<<<<<<<") && split(source, true) !== null ? split(source, false) : null;
}

function split(source: string, minded: boolean): ConflictSides | null {
  const sides = { ours: "", theirs: "" };
  let part: "both" | "ours" | "base" | "theirs" = "both";
  let fence: string | null = null;
  let conflicts = 0;
  let at = 0;
  for (const { start, end, next } of splitLines(source)) {
    const line = source.slice(start, end);
    const whole = source.slice(at, next);
    at = next;
    const run = minded && part === "both" ? /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] : undefined;
    if (run !== undefined) fence = fence === null ? run : run.startsWith(fence) ? null : fence;
    const marker = fence === null ? /^(<{7,}|\|{7,}|={7,}|>{7,})(?: .*)?$/.exec(line)?.[1]?.[0] : undefined;
    if (marker === "<" && part === "both") part = "ours";
    else if (marker === "|" && part === "ours") part = "base";
    else if (marker === "=" && (part === "ours" || part === "base")) part = "theirs";
    else if (marker === ">" && part === "theirs") [part, conflicts] = ["both", conflicts + 1];
    else {
      if (part === "both" || part === "ours") sides.ours += whole;
      if (part === "both" || part === "theirs") sides.theirs += whole;
    }
  }
  return conflicts > 0 && part === "both" ? sides : null;
}
