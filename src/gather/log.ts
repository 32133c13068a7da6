import type { Commit } from "../record/schema.ts";
import { splitNul } from "./bytes.ts";
import { parseTrailers } from "./trailers.ts";

/** A commit as the log has it. */
export interface LoggedCommit extends Commit {
  body: string;
  parentShas: string[];
  authorEmail: string;
}

/**
 * The `--format` that {@link parseLog} reads, for `git log -z`. Fields end with NUL, which no message can hold.
 * The trailers come last, one a field, as there may be any number.
 */
export const logFormat =
  "%H%x00%P%x00%aN%x00%aE%x00%at%x00%cN%x00%ct%x00%s%x00%b%x00%(trailers:only,unfold,separator=%x00)%x00";

/** Reads the output of `git log -z --format=…` with {@link logFormat}, in its order; `reverts` as the message has it. */
export function parseLog(stdout: Buffer): { commits: LoggedCommit[]; lossless: boolean } {
  const { fields, lossless } = splitNul(stdout);
  const commits: LoggedCommit[] = [];
  let place = 0;
  const next = (): string => fields[place++] ?? "";
  while (place < fields.length) {
    const sha = next();
    const parents = next();
    const parentShas = parents === "" ? [] : parents.split(" ");
    const author = next();
    const authorEmail = next();
    const date = instant(next());
    const committer = next();
    const committedAt = instant(next());
    const subject = next();
    const body = next();
    const trailers: string[] = [];
    for (let line = next(); line !== ""; line = next()) trailers.push(line);
    // git ends the commit with a NUL as well. It has ended the last trailer; with no trailer there is one more.
    if (trailers.length === 0) place += 1;
    commits.push({
      sha, subject, author, date, committer, committedAt,
      parents: parentShas.length,
      trailers: trailers.length === 0 ? {} : parseTrailers(trailers),
      reverts: revertedBy(body),
      body, parentShas, authorEmail,
    });
  }
  return { commits, lossless };
}

function revertedBy(body: string): string | null {
  if (!body.includes("This reverts commit ")) return null;
  return /^This reverts commit ([0-9a-f]{7,64})\b/m.exec(body)?.[1] ?? null;
}

/** Seconds since 1970 as an instant; a year that ISO 8601 writes with more than four digits is cut to the nearest that it does not. */
function instant(seconds: string): string {
  const time = Math.min(Math.max(Number(seconds), firstInstant), lastInstant);
  return `${new Date(time * 1000).toISOString().slice(0, 19)}Z`;
}

/** The first second of the year 0. */
const firstInstant = -62_167_219_200;
const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
