import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";
import { emptyTree, factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";

interface Entry {
  /** The whole entry as it stands in the tree object, mode, name and id. */
  bytes: Buffer;
  name: string;
  isTree: boolean;
  id: string;
}

interface Tree {
  id: string;
  entries: Entry[];
}

/**
 * Makes a function from a tree (or a commit) to the id that git would give that tree without the notes.
 * Trees are read in batches, each one once, and nothing is written: ids are computed here. A tree without
 * notes keeps its id; a folder that held nothing else goes with them.
 *
 * @param assumed folders (paths from the root) that are taken to hold notes only, and not read: of a guess that turns
 *   out to be the id that was looked for, nothing is left to doubt
 * @throws Failure `history-missing` where a partial clone lacks the trees (from the function)
 */
export function treeWithoutNotes(
  repository: Repository,
  notes: NotesPaths,
  assumed: (folder: string) => boolean = () => false,
): (treeish: string) => Promise<string> {
  const read = batchedReader(repository);
  const known = new Map<string, Promise<string | null>>();
  const algorithm = repository.objectFormat;

  const strip = async ({ id, entries }: Tree, path: string): Promise<string | null> => {
    // At once, so that the folders of one depth are read by one process.
    const ids = await Promise.all(entries.map((entry) => stripped(entry, path === "" ? entry.name : `${path}/${entry.name}`)));
    if (entries.every((entry, place) => ids[place] === entry.id)) return id;
    const left = entries.flatMap(({ bytes }, place) => {
      const without = ids[place] ?? null;
      return without === null ? [] : [Buffer.concat([bytes.subarray(0, -without.length / 2), Buffer.from(without, "hex")])];
    });
    return left.length === 0 ? null : hashTree(algorithm, Buffer.concat(left));
  };

  const stripped = (entry: Entry, at: string): Promise<string | null> | string | null => {
    if (!entry.isTree) return notes.isNote(at) ? null : entry.id;
    // All that lies in a record's folder is a note; it need not be read.
    if (notes.isNote(`${at}/.`) || assumed(at)) return null;
    if (!mayHoldNotes(notes, at)) return entry.id;
    const key = `${entry.id} ${at}`;
    let answer = known.get(key);
    if (answer === undefined) {
      answer = read(entry.id).then((tree) => strip(tree, at));
      known.set(key, answer);
    }
    return answer;
  };

  return async (treeish) => (await strip(await read(`${treeish}^{tree}`), "")) ?? emptyTree(repository);
}

/** Notes lie in a notes folder and one folder further down. */
function mayHoldNotes({ folders }: NotesPaths, path: string): boolean {
  const above = path.slice(0, path.lastIndexOf("/"));
  return folders.some((folder) => `${folder}/`.startsWith(`${path}/`) || above === folder);
}

function hashTree(algorithm: Repository["objectFormat"], body: Buffer): string {
  return createHash(algorithm).update(`tree ${body.length}\0`).update(body).digest("hex");
}

/** All that is asked for until the event loop turns goes into one process. */
function batchedReader(repository: Repository): (treeish: string) => Promise<Tree> {
  let waiting = new Map<string, ((answer: Promise<Map<string, Tree>>) => void)[]>();
  const flush = (): void => {
    const batch = waiting;
    waiting = new Map();
    const answer = readTrees(repository, [...batch.keys()]);
    for (const resolvers of batch.values()) for (const resolve of resolvers) resolve(answer);
  };
  return async (treeish) => {
    const answer = await new Promise<Map<string, Tree>>((resolve) => {
      if (waiting.size === 0) setImmediate(flush);
      waiting.set(treeish, [...(waiting.get(treeish) ?? []), resolve]);
    });
    const tree = answer.get(treeish);
    if (tree !== undefined) return tree;
    throw new Failure("history-missing", `The tree ${treeish} is not in this repository.`, {
      expected: "a clone with all trees; `git fetch --refetch --filter=blob:none` fetches them",
      retry: true,
    });
  };
}

async function readTrees(repository: Repository, treeishes: readonly string[]): Promise<Map<string, Tree>> {
  const { stdout } = await factsGit(repository, ["cat-file", "--batch"], {
    input: treeishes.map((treeish) => `${treeish}\n`).join(""),
    allow: [128],
  });
  const trees = new Map<string, Tree>();
  let at = 0;
  for (const treeish of treeishes) {
    const end = stdout.indexOf(0x0a, at);
    if (end === -1) break;
    const header = /^([0-9a-f]+) tree (\d+)$/.exec(stdout.toString("latin1", at, end));
    at = end + 1;
    if (header?.[1] === undefined) continue;
    const size = Number(header[2]);
    trees.set(treeish, { id: header[1], entries: parseTree(stdout.subarray(at, at + size), header[1].length / 2) });
    at += size + 1;
  }
  return trees;
}

function parseTree(body: Buffer, idBytes: number): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const nul = body.indexOf(0, space);
    const end = nul + 1 + idBytes;
    entries.push({
      bytes: body.subarray(at, end),
      name: body.toString("utf8", space + 1, nul),
      isTree: body[at] === 0x34,
      id: body.toString("hex", nul + 1, end),
    });
    at = end;
  }
  return entries;
}
