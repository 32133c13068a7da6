import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type GatheredFile, readFiles } from "../../src/gather/files.ts";
import { openRepository } from "../../src/git/repository.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { type Fixture, fixtureEnvironment, makeRepository } from "../git-fixture.ts";

const notes = notesPaths("notes");
const made: Fixture[] = [];

function fixture(...initArgs: string[]): Fixture {
  const repository = makeRepository(...initArgs);
  made.push(repository);
  return repository;
}

afterEach(() => {
  for (const repository of made.splice(0)) repository.remove();
});

async function read({ directory }: { directory: string }, from: string | null, to: string, paths: string[] | null = null) {
  const repository = await openRepository(directory, { named: true });
  return readFiles(repository, { from, to }, { notes, component: paths === null ? null : { name: "c", paths } });
}

/** Stages a submodule at a commit, and leaves its folder empty, as before `git submodule update`. */
function setSubmodule(repository: Fixture, path: string, id: string): void {
  mkdirSync(join(repository.directory, path), { recursive: true });
  repository.git("update-index", "--add", "--cacheinfo", `160000,${id},${path}`);
}

const lines = (count: number, start = 0): string => Array.from({ length: count }, (_, line) => `line ${start + line}\n`).join("");
const pointer = (digit: string, size: number): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize ${size}\n`;
const file = (path: string, status: GatheredFile["status"], more: Partial<GatheredFile> = {}): GatheredFile => ({
  path, previousPath: null, status, added: 0, deleted: 0, binary: false, size: null, submodule: null, lfs: false, ...more,
});

describe("readFiles", () => {
  it("tells every kind of change, by path bytes, as git counts it", async () => {
    const it = fixture();
    const submoduleBefore = "1".repeat(40);
    const submoduleAfter = "2".repeat(40);
    it.write("modified", lines(5));
    it.write("gone", lines(2, 50));
    it.write("old name", lines(20, 100));
    it.write("copied-from", lines(20, 200));
    it.write("to-link", "text\n");
    it.write("image.png", Buffer.from([0, 1, 2, 3]));
    setSubmodule(it, "vendor/lib", submoduleBefore);
    const from = it.commit("Before");
    it.write("modified", lines(6));
    it.write("new\tname\n", `${lines(20, 100)}more\n`);
    it.write("copied-from", `${lines(20, 200)}changed\n`);
    it.write("copied-to", lines(20, 200));
    it.write("image.png", Buffer.from([0, 1, 2, 3, 4, 5]));
    it.write("日本", "new\n");
    for (const path of ["gone", "old name", "to-link"]) unlinkSync(join(it.directory, path));
    symlinkSync("modified", join(it.directory, "to-link"));
    setSubmodule(it, "vendor/lib", submoduleAfter);
    const to = it.commit("After");
    const { files, added, deleted, caveats } = await read(it, from, to);
    expect(caveats).toEqual([]);
    expect(files).toEqual([
      file("copied-from", "modified", { added: 1 }),
      file("copied-to", "copied", { previousPath: "copied-from" }),
      file("gone", "deleted", { deleted: 2 }),
      file("image.png", "modified", { added: null, deleted: null, binary: true, size: { before: 4, after: 6 } }),
      file("modified", "modified", { added: 1 }),
      file("new\tname\n", "renamed", { previousPath: "old name", added: 1 }),
      file("to-link", "typechanged", { added: 1, deleted: 1 }),
      file("vendor/lib", "modified", { added: 1, deleted: 1, submodule: { before: submoduleBefore, after: submoduleAfter } }),
      file("日本", "added", { added: 1 }),
    ]);
    const shortstat = it.git("diff", "--shortstat", "-C", from, to);
    expect(shortstat).toBe(` 9 files changed, ${added} insertions(+), ${deleted} deletions(-)`);
  });

  it("gives the same whatever the repository is set to, and whatever lies in the work tree", async () => {
    const it = fixture();
    setSubmodule(it, "vendor/lib", "1".repeat(40));
    const from = it.commit("Before", {
      "a.txt": lines(20), "b.txt": lines(9, 50),
      ".gitmodules": '[submodule "lib"]\n\tpath = vendor/lib\n\turl = https://example.org/lib\n\tignore = all\n',
    });
    setSubmodule(it, "vendor/lib", "2".repeat(40));
    const to = it.commit("After", { "c.txt": lines(20), "a.txt": null, "b.txt": lines(8, 50) });
    const plain = await read(it, from, to);
    expect(plain.files.map(({ path, status }) => `${status} ${path}`)).toEqual(["modified b.txt", "renamed c.txt", "modified vendor/lib"]);
    it.write(".gitattributes", "*.txt binary\n");
    const settings = {
      "diff.renames": "false", "diff.renameLimit": "1", "diff.algorithm": "patience", "diff.noprefix": "true", "diff.submodule": "log",
      "diff.external": "false", "diff.orderFile": "order", "diff.ignoreSubmodules": "all", "diff.relative": "true", "core.quotePath": "true",
      "core.abbrev": "5", "core.bigFileThreshold": "1", "core.attributesFile": join(it.directory, ".gitattributes"), "color.ui": "always",
      "submodule.lib.ignore": "all",
    };
    for (const [key, value] of Object.entries(settings)) it.git("config", key, value);
    expect(await read(it, from, to)).toEqual(plain);
  });

  it("leaves the notes out, and nothing else in their folder", async () => {
    const it = fixture();
    const from = it.commit("Before", { a: "1" });
    const to = it.commit("After", {
      a: "2", "notes/README.md": "x", "notes/2026/2026-11-24-a.md": "x", "notes/2026/2026-11-24-a/record.json": "{}",
      "notes/guides/hook.md": "x\n", "notes.md": "x\n",
    });
    const { files, added } = await read(it, from, to);
    expect(files.map(({ path }) => path)).toEqual(["a", "notes.md", "notes/guides/hook.md"]);
    expect(added).toBe(3);
  });

  it("takes of a component its own files, and those that moved out of it", async () => {
    const it = fixture();
    const from = it.commit("Before", { "api/a": lines(9), "api/docs/b": "1\n", "web/c": "1\n" });
    const to = it.commit("After", { "api/a": null, "api/docs/a": lines(9), "api/docs/b": "2\n", "web/c": "2\n", "api/d": "1\n" });
    const paths = async (...globs: string[]) => (await read(it, from, to, globs)).files.map(({ path }) => path);
    expect(await paths("api/**")).toEqual(["api/d", "api/docs/a", "api/docs/b"]);
    expect(await paths("api", "!api/docs/**")).toEqual(["api/d", "api/docs/a"]);
    expect(await paths("*")).toEqual(["api/d", "api/docs/a", "api/docs/b", "web/c"]);
    expect((await read(it, from, to, ["web"])).added).toBe(1);
  });

  it("starts with nothing where `from` is null, in sha256 too, where a submodule and a link are new", async () => {
    for (const init of [[], ["--object-format=sha256"]]) {
      const it = fixture(...init);
      const id = "3".repeat(init.length === 0 ? 40 : 64);
      symlinkSync("nowhere", join(it.directory, "link"));
      setSubmodule(it, "lib", id);
      const to = it.commit("First", { "z.bin": Buffer.from([0]) });
      expect(await read(it, null, to)).toEqual({
        files: [
          file("lib", "added", { added: 1, submodule: { before: null, after: id } }),
          file("link", "added", { added: 1 }),
          file("z.bin", "added", { added: null, deleted: null, binary: true, size: { before: null, after: 1 } }),
        ],
        added: 2, deleted: 0, caveats: [],
      });
    }
  });

  it("knows LFS pointers by what they hold, and says the sizes of the files they stand for", async () => {
    const it = fixture();
    const from = it.commit("Before", {
      "changed.psd": pointer("a", 100), "same-size.psd": pointer("a", 70), "into.bin": Buffer.alloc(900), "out.csv": pointer("c", 4096),
      "removed.zip": pointer("d", 5), "moved.psd": pointer("e", 77), "big.csv": lines(500), "kept.psd": pointer("f", 6),
    });
    const to = it.commit("After", {
      "changed.psd": pointer("b", 5_000_000_000), "same-size.psd": pointer("b", 70), "into.bin": pointer("9", 900), "out.csv": "a,b\n",
      "removed.zip": null, "moved.psd": null, "elsewhere.psd": pointer("e", 77), "big.csv": `${lines(500)}x\n`,
      "three-lines.csv": `version 1\nsha256 ${"7".repeat(64)}\nof 4\n`,
    });
    const { files } = await read(it, from, to);
    expect(files.map(({ path, lfs, size }) => [path, lfs, size])).toEqual([
      ["big.csv", false, null],
      ["changed.psd", true, { before: 100, after: 5_000_000_000 }],
      ["elsewhere.psd", true, { before: 77, after: 77 }],
      ["into.bin", true, { before: 900, after: 900 }],
      ["out.csv", true, { before: 4096, after: 4 }],
      ["removed.zip", true, { before: 5, after: null }],
      ["same-size.psd", true, { before: 70, after: 70 }],
      ["three-lines.csv", false, null],
    ]);
  });

  it("shows paths that are no UTF-8 percent-encoded, and says so", async () => {
    const it = fixture();
    const from = it.commit("Before");
    const blob = it.git("hash-object", "-w", "--stdin");
    execFileSync("git", ["update-index", "-z", "--index-info"], {
      cwd: it.directory, env: fixtureEnvironment(0),
      input: Buffer.from(`100644 ${blob} 0\t100% caf\xe9\x00100644 ${blob} 0\tplain\0`, "latin1"),
    });
    it.git("commit", "-q", "-m", "After");
    const { files, caveats } = await read(it, from, it.git("rev-parse", "HEAD"));
    expect(files.map(({ path }) => path)).toEqual(["100%25 caf%E9", "plain"]);
    expect(caveats.map(({ code }) => code)).toEqual(["names-not-utf8"]);
  });

  it("says when git gave up looking for renames", async () => {
    const it = fixture();
    const many = (folder: string, more: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 1001 }, (_, place) => [`${folder}/${place}`, `${lines(5, place * 10)}${more}`]));
    const from = it.commit("Before", many("old", ""));
    const to = it.commit("After", { old: null, ...many("new", "x\n") });
    const { files, caveats } = await read(it, from, to);
    expect(caveats.map(({ code }) => code)).toEqual(["renames-not-searched"]);
    expect(files).toHaveLength(2002);
  });

  it("lists the files of a partial clone without their contents, and fetches nothing", async () => {
    const it = fixture();
    it.git("config", "uploadpack.allowFilter", "true");
    const from = it.commit("Before", { a: lines(9), b: "1" });
    const to = it.commit("After", { a: null, c: lines(9), b: "2" });
    const clone = `${it.directory}-partial`;
    try {
      it.git("clone", "-q", "--bare", "--filter=blob:none", `file://${it.directory}`, clone);
      const { files, added, deleted, caveats } = await read({ directory: clone }, from, to);
      const unknown = { added: null, deleted: null };
      expect(files).toEqual([file("a", "deleted", unknown), file("b", "modified", unknown), file("c", "added", unknown)]);
      expect({ added, deleted, caveats: caveats.map(({ code }) => code) }).toEqual({ ...unknown, caveats: ["blobs-missing"] });
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });
});
