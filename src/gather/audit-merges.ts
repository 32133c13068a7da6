import { Failure } from "../failure.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";

/**
 * Those of the merges that hold something that neither of their sides has: the resolution of a conflict, or what
 * somebody put in by hand. Notes do not count. In one process.
 *
 * @returns none where a partial clone lacks the contents: what cannot be known is not held against them
 */
export async function mergesOfTheirOwn(repository: Repository, merges: readonly string[], notes: NotesPaths): Promise<Set<string>> {
  if (merges.length === 0) return new Set();
  try {
    const { stdout } = await factsGit(
      repository,
      ["diff-tree", "--stdin", "--cc", "-p", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short", "--ignore-submodules=none", "--", ":(top)", ...notes.exclude],
      { input: merges.map((merge) => `${merge}\n`).join(""), pathspecMagic: true },
    );
    // Lines of content begin with a column for each side, so that none of them can look like a header.
    const own = new Set<string>();
    let merge = "";
    for (const line of stdout.toString("latin1").split("\n")) {
      if (/^[0-9a-f]{40,64}$/.test(line)) merge = line;
      else if (line.startsWith("diff --")) own.add(merge);
    }
    return own;
  } catch (error) {
    if (!repository.partial || !(error instanceof Failure)) throw error;
    return new Set();
  }
}
