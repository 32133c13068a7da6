import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { splitConflict } from "../document/conflict.ts";
import { holdsMore } from "../document/damage.ts";
import { blobText, commitsOf } from "../git/staged.ts";
import type { Repository } from "../git/repository.ts";
import { shellWord } from "../rollback/undo.ts";

/** So many versions of a damaged file are looked at for the last one that is whole. */
const mostVersions = 50;

/** A commit in which a file was whole, and its text there. */
export interface WholeVersion {
  commit: string;
  text: string;
}

/**
 * The newest version of a file that is whole, in HEAD's history if there, else in any; null where none is found.
 *
 * @param changed the path whose changes are gone through: the file's, or that of its folder
 */
export async function lastWhole(
  repository: Repository,
  path: string,
  isWhole: (text: string, commit: string) => boolean | Promise<boolean>,
  changed: string = path,
): Promise<WholeVersion | null> {
  const seen = new Set<string>();
  for (const tips of ["HEAD", "--all"] as const) {
    for (const commit of await commitsOf(repository, changed, { tips, most: mostVersions })) {
      if (seen.has(commit)) continue;
      seen.add(commit);
      const text = await blobText(repository, `${commit}:${path}`);
      if (text !== null && (await isWhole(text, commit))) return { commit, text };
    }
  }
  return null;
}

/**
 * What mends a page whose markers are damaged, and what that does: the last whole version where no word is lost by it.
 *
 * @param anew the command that writes the page where there is none
 */
export async function mendingPage(repository: Repository, path: string, standing: string, isWhole: (text: string) => Promise<boolean>, anew: string): Promise<{ words: string; mend: string }> {
  const last = await lastWhole(repository, path, async (text) => splitConflict(text) === null && (await isWhole(text)));
  if (last === null) return { words: "The mend writes the page anew, and keeps this one beside it for the words in it.", mend: `${puttingAside(repository, path)} && ${anew}` };
  if (!holdsMore(standing, last.text)) return { words: "The mend takes it back as it was.", mend: takingBack(last, path) };
  return { words: "The mend shows what has changed since it was whole: put the markers back by hand.", mend: `git diff ${last.commit.slice(0, 12)} -- ${shellWord(path)}` };
}

/** @param paths relative to the root */
export function takingBack({ commit }: Pick<WholeVersion, "commit">, ...paths: string[]): string {
  return `git checkout ${commit.slice(0, 12)} -- ${paths.map(shellWord).join(" ")}`;
}

/**
 * Puts a file or folder out of the way, where nothing of it is lost, and nothing of what was put there before.
 *
 * @param path relative to the root, or absolute
 */
export function puttingAside({ directory }: Pick<Repository, "directory">, path: string): string {
  let aside = `${path}.aside`;
  for (let number = 2; lstatSync(resolve(directory, aside), { throwIfNoEntry: false }) !== undefined; number += 1) aside = `${path}.aside-${number}`;
  return `mv ${shellWord(path)} ${shellWord(aside)}`;
}
