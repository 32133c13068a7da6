import type { Repository } from "../git/repository.ts";
import { factsGit } from "../git/repository.ts";

/** What the reader must know where a partial clone does not hold what was asked for. */
export const blobsMissing = {
  code: "blobs-missing",
  text: "This clone is partial and lacks file contents: lines and sizes are not counted, renames and copies not searched.",
};

/**
 * Sizes of blobs in bytes, by id, in one process. Ids that this clone does not hold are left out;
 * in a partial clone git may stop at the first of them, and what is behind it is left out as well.
 */
export async function blobSizes(repository: Repository, ids: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  if (ids.length === 0) return sizes;
  const { stdout } = await factsGit(repository, ["cat-file", "--buffer", "--batch-check=%(objectname) %(objectsize)"], {
    input: `${ids.join("\n")}\n`,
    allow: [128],
  });
  for (const line of stdout.toString("latin1").split("\n")) {
    const [id = "", size = ""] = line.split(" ");
    if (/^\d+$/.test(size)) sizes.set(id, Number(size));
  }
  return sizes;
}

/** Contents of blobs by id, in one process; meant for small ones. Ids that this clone does not hold are left out. */
async function blobContents(repository: Repository, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (ids.length === 0) return contents;
  const { stdout } = await factsGit(repository, ["cat-file", "--buffer", "--batch=%(objectname) %(objectsize)"], {
    input: `${ids.join("\n")}\n`,
    allow: [128],
  });
  for (let place = 0; place < stdout.length;) {
    const lineEnd = stdout.indexOf(0x0a, place);
    if (lineEnd === -1) break;
    const [id = "", size = ""] = stdout.toString("latin1", place, lineEnd).split(" ");
    place = lineEnd + 1;
    if (!/^\d+$/.test(size)) continue;
    contents.set(id, stdout.subarray(place, place + Number(size)));
    // git ends each content with a line feed of its own.
    place += Number(size) + 1;
  }
  return contents;
}

/** git-lfs takes only what is smaller for a pointer; a pointer holds at least its first line. */
const pointerBytes = { least: 60, most: 1023 };

/**
 * Which blobs are Git LFS pointers: for each the size in bytes of the file it stands for.
 *
 * @param sizes the blobs to look at, with their own sizes
 */
export async function lfsSizes(repository: Repository, sizes: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const small = [...sizes].filter(([, size]) => size >= pointerBytes.least && size <= pointerBytes.most).map(([id]) => id);
  const found = new Map<string, number>();
  for (const [id, content] of await blobContents(repository, small)) {
    const size = pointedSize(content.toString("latin1"));
    if (size !== null) found.set(id, size);
  }
  return found;
}

/** The size that a Git LFS pointer states; null for any other text. */
function pointedSize(text: string): number | null {
  if (!/^version https?:\/\/(?:git-lfs\.github\.com|hawser\.github\.com|git-media\.io)\/[^\n]*\n/.test(text)) return null;
  if (!/^oid sha256:[0-9a-f]{64}$/m.test(text)) return null;
  const size = Number(/^size (\d{1,16})$/m.exec(text)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : null;
}
