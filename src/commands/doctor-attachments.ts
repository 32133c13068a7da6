import { lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { namesIn } from "../archive/unreadable.ts";
import type { FileNow } from "../document/links.ts";
import { Failure } from "../failure.ts";
import { recordPaths } from "../record/id.ts";
import type { Metric } from "../record/schema.ts";
import { plotNames } from "../render/plot-name.ts";
import { shellWord } from "../rollback/undo.ts";
import { readStanding, type Write } from "../write/plan.ts";
import { isTemporaryName } from "../write/temporary.ts";

/** What brings people's files from the folder of one record into that of another. */
export interface Moves {
  writes: Write[];
  /** Absolute. */
  removed: string[];
  /** Which of them go by another name there, by their paths in the two folders. */
  renamed: Map<string, string>;
  done: string[];
}

/** Where records stand. */
export interface NotesPlace {
  /** Absolute. */
  notesDirectory: string;
  /** The folder of the notes, relative to the root. */
  folder: string;
  /** The root of the work tree. */
  trusted: string;
}

/** The names that a record's own files have in its folder. */
export function ownNames(metrics: readonly Metric[]): Set<string> {
  return new Set(["record.json", "outcome.json", ...plotNames(metrics).filter((name) => name !== null)]);
}

/** The files in a record's folder that are none of ours, by their paths in it. */
export function attachmentsIn(notesDirectory: string, id: string, ours: ReadonlySet<string>): string[] {
  const own = join(notesDirectory, recordPaths(id).folder);
  const walk = (folder: string): string[] =>
    namesIn(join(own, folder)).sort().flatMap((name) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (ours.has(path) || isTemporaryName(name)) return [];
      return lstatSync(join(own, path)).isDirectory() ? walk(path) : [path];
    });
  return walk("");
}

/**
 * Moves people's files into another record's folder. A name that is taken there by something else gets a number.
 *
 * @param paths of the files, as {@link attachmentsIn} gives them
 * @param taken names that are not free there, whatever stands
 * @throws Failure `notes-unsafe` where one of them is no plain file, or something is in its way
 */
export async function moveAttachments(paths: readonly string[], [from, to]: readonly [from: string, to: string], taken: ReadonlySet<string>, place: NotesPlace): Promise<Moves> {
  const { notesDirectory, folder, trusted } = place;
  const [source, target] = [recordPaths(from).folder, recordPaths(to).folder];
  const moves: Moves = { writes: [], removed: [], renamed: new Map(), done: [] };
  for (const path of paths) {
    const absolute = join(notesDirectory, source, path);
    if (!lstatSync(absolute).isFile()) {
      throw new Failure("notes-unsafe", `${folder}/${source}/${path} is no plain file, and would be lost.`, {
        expected: `a place of its own for it first: mv ${shellWord(`${folder}/${source}/${path}`)} ${shellWord(`${folder}/${target}/`)}`, retry: true,
      });
    }
    const file = await readStanding([notesDirectory], absolute, { trusted });
    if (file === null) continue;
    const used = new Set([...taken, ...moves.renamed.values()]);
    const name = await freeName(path, file.content, target, used, place);
    moves.writes.push({ path: join(notesDirectory, target, name), content: file.content, mode: file.mode });
    moves.removed.push(absolute);
    if (name !== path) moves.renamed.set(path, name);
    moves.done.push(`moved ${folder}/${source}/${path} to ${folder}/${target}/${name}`);
  }
  return moves;
}

/** The path itself, or with the next number that is free; one under which the same stands counts as free. */
export async function freeName(path: string, content: Uint8Array, folder: string, taken: ReadonlySet<string>, { notesDirectory, trusted }: NotesPlace): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : numbered(path, number);
    const standing = taken.has(name) ? undefined : await readStanding([notesDirectory], join(notesDirectory, folder, name), { trusted });
    if (standing === null || (standing !== undefined && Buffer.compare(standing.content, content) === 0)) return name;
  }
}

/** `img/shot-2.png`. */
function numbered(path: string, number: number): string {
  const [, stem = path, ending = ""] = /^(.+?)(\.[^.]*)?$/.exec(basename(path)) ?? [];
  return join(dirname(path), `${stem}-${number}${ending}`);
}

/** Where links to a record's folder lead once its files have moved; what is not among them has moved under its own name. */
export function movedAlong(renamed: ReadonlyMap<string, string>): FileNow {
  return (path) => renamed.get(path) ?? path;
}
