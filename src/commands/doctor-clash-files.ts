import { join } from "node:path";
import { bytesOf } from "../archive/examine.ts";
import { splitConflict } from "../document/conflict.ts";
import { blobBytes, pathsAt } from "../git/staged.ts";
import { recordPaths } from "../record/id.ts";
import { attachmentsIn, freeName, type Moves, type NotesPlace } from "./doctor-attachments.ts";
import type { ClashSource } from "./doctor-clash-sides.ts";

/** A file of people's in the folder of a record that a merge brought from two sides. */
export interface ClashFile {
  /** In the folder. */
  path: string;
  /** `both` too where nobody knows. */
  of: "ours" | "theirs" | "both";
  /** The ids of its two versions, where git could not put them together. */
  versions: { ours: string; theirs: string } | null;
}

/** @param own the names of the records' own files */
export async function readClashFiles(id: string, own: ReadonlySet<string>, { repository, notesDirectory, folder, unmerged, other }: ClashSource): Promise<ClashFile[]> {
  const place = `${folder}/${recordPaths(id).folder}`;
  const sides = repository.head === null || other === null ? [] : await Promise.all([repository.head, other].map(async (commit) => new Set(await pathsAt(repository, commit, place))));
  return attachmentsIn(notesDirectory, id, own).map((path): ClashFile => {
    const whole = `${place}/${path}`;
    const { ours = null, theirs = null } = unmerged.find((file) => file.path === whole) ?? {};
    const [here, there] = sides.map((paths) => paths.has(whole));
    return {
      path,
      of: here === true && there === false ? "ours" : here === false && there === true ? "theirs" : "both",
      versions: ours === null || theirs === null ? null : { ours, theirs },
    };
  });
}

/**
 * Both versions of a file that git could not put together, each at a place of its own: one stays, the other gets another
 * name, or the same in another record's folder. What people made of it meanwhile stays as it is.
 */
export async function partVersions(
  files: readonly ClashFile[],
  { id, to, staying, taken }: { id: string; to: string; staying: "ours" | "theirs"; taken: ReadonlySet<string> },
  { repository }: ClashSource,
  place: NotesPlace,
): Promise<Moves> {
  const moves: Moves = { writes: [], removed: [], renamed: new Map(), done: [] };
  const [source, target] = [recordPaths(id).folder, recordPaths(to).folder];
  // The one that stays has its name.
  const used = { [source]: new Set([...taken, ...files.map(({ path }) => path)]), ...(target === source ? {} : { [target]: new Set(taken) }) };
  const put = async (path: string, content: Buffer, folder: string, why: string): Promise<string> => {
    const name = await freeName(path, content, folder, used[folder] ?? taken, place);
    used[folder]?.add(name);
    moves.writes.push({ path: join(place.notesDirectory, folder, name), content });
    moves.done.push(`put ${why} ${path} at ${place.folder}/${folder}/${name}`);
    return name;
  };
  for (const { path, versions } of files) {
    if (versions === null) continue;
    const [stays, goes] = await Promise.all((staying === "ours" ? [versions.ours, versions.theirs] : [versions.theirs, versions.ours]).map(async (blob) => blobBytes(repository, blob)));
    const standing = bytesOf(join(place.notesDirectory, source, path));
    if (stays === undefined || goes === undefined || standing === null) continue;
    const isGits = standing.equals(goes) || splitConflict(standing.toString("utf8")) !== null;
    if (isGits) moves.writes.push({ path: join(place.notesDirectory, source, path), content: stays });
    else if (!standing.equals(stays)) await put(path, stays, source, "the one version of");
    const name = await put(path, goes, target, "the other version of");
    if (name !== path) moves.renamed.set(path, name);
  }
  return moves;
}
