import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { Repository } from "../git/repository.ts";

/** A place for objects that belong to nobody: git reads the repository's own beside them and writes only here. */
export interface Scratch {
  /** What git's environment needs in order to see it. */
  env: Record<string, string>;
  commit: (tree: string, parent: string | null) => Promise<string>;
  tree: (entries: readonly { mode: string; name: string; id: string }[]) => Promise<string>;
}

const nobody = "shipnote <shipnote> 4102444800 +0000";

/** Asks git something about trees that nobody has, without writing into the repository. */
export async function withScratch<T>(repository: Repository, ask: (scratch: Scratch) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "shipnote-objects-"));
  const own = repository.env["GIT_OBJECT_DIRECTORY"] ?? join(repository.commonDir, "objects");
  const others = repository.env["GIT_ALTERNATE_OBJECT_DIRECTORIES"];
  const write = (type: string, content: Buffer): Promise<string> => writeObject(folder, repository.objectFormat, type, content);
  try {
    return await ask({
      env: {
        GIT_OBJECT_DIRECTORY: folder,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: [listed(own), ...(others === undefined ? [] : [others])].join(":"),
      },
      // Nobody's, and younger than all history: looking for the base, git goes by date and would else walk all of it.
      commit: (tree, parent) => write("commit", Buffer.from([
        `tree ${tree}`,
        ...(parent === null ? [] : [`parent ${parent}`]),
        `author ${nobody}`,
        `committer ${nobody}`,
        "",
        "",
      ].join("\n"))),
      tree: (entries) => write("tree", Buffer.concat(entries.flatMap(({ mode, name, id }) => [
        Buffer.from(`${mode} ${name}\0`),
        Buffer.from(id, "hex"),
      ]))),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder in git's list of them, which has `:` between and may quote each. */
function listed(folder: string): string {
  return /^"|:/.test(folder) ? `"${folder.replace(/["\\]/g, String.raw`\$&`)}"` : folder;
}

async function writeObject(folder: string, format: "sha1" | "sha256", type: string, content: Buffer): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const id = createHash(format).update(bytes).digest("hex");
  await mkdir(join(folder, id.slice(0, 2)), { recursive: true });
  await writeFile(join(folder, id.slice(0, 2), id.slice(2)), deflateSync(bytes));
  return id;
}
