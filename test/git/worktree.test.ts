import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import { removeWorktree, withWorktree } from "../../src/git/worktree.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

let fixture: Fixture;
let folder = "";
let directory = "";
let first = "";

beforeEach(() => {
  fixture = makeRepository();
  folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote worktree-")));
  directory = join(folder, "tree");
  first = fixture.commit("First", { "a.txt": "one\n" });
  fixture.commit("Second", { "a.txt": "two\n" });
});
afterEach(() => {
  fixture.remove();
  rmSync(folder, { recursive: true, force: true });
});

const open = async () => openRepository(fixture.directory, { named: true });
const entries = (): string[] => [...fixture.git("worktree", "list", "--porcelain").matchAll(/^worktree (.*)$/gm)].map(([, path = ""]) => path);

describe("withWorktree", () => {
  it("lays a commit out, detached, and leaves nothing", async () => {
    const seen = await withWorktree(await open(), first, directory, async () => {
      expect(fixture.git("worktree", "list", "--porcelain")).toContain(`worktree ${directory}\nHEAD ${first}\ndetached`);
      return readFileSync(join(directory, "a.txt"), "utf8");
    });
    expect(seen).toBe("one\n");
    expect([existsSync(directory), entries(), existsSync(join(fixture.directory, ".git", "worktrees"))]).toEqual([false, [fixture.directory], false]);
    expect(fixture.git("status", "--porcelain")).toBe("");
  });

  it("leaves nothing where the work fails, and what it left is changed, locked or half gone", async () => {
    await expect(withWorktree(await open(), first, directory, async () => {
      fixture.git("worktree", "lock", directory);
      writeFileSync(join(directory, "new.txt"), "x");
      rmSync(join(directory, ".git"));
      throw new Error("no");
    })).rejects.toThrow("no");
    expect([existsSync(directory), entries()]).toEqual([false, [fixture.directory]]);
  });

  it("leaves the worktrees of others alone, those that are not there as well", async () => {
    const other = join(folder, "other");
    fixture.git("worktree", "add", "-q", "--detach", other, first);
    const gone = join(folder, "gone");
    fixture.git("worktree", "add", "-q", "--detach", gone, first);
    rmSync(gone, { recursive: true });
    await withWorktree(await open(), first, directory, async () => undefined);
    expect(entries().sort()).toEqual([fixture.directory, gone, other].sort());
    expect(readFileSync(join(other, "a.txt"), "utf8")).toBe("one\n");
  });

  it("runs no hook", async () => {
    const hook = join(fixture.directory, ".git", "hooks", "post-checkout");
    mkdirSync(join(fixture.directory, ".git", "hooks"), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch '${folder}/ran'\n`, { mode: 0o755 });
    await withWorktree(await open(), first, directory, async () => undefined);
    expect(existsSync(join(folder, "ran"))).toBe(false);
    fixture.git("worktree", "add", "-q", "--detach", directory, first);
    expect(existsSync(join(folder, "ran"))).toBe(true);
  });

  it("works from a bare repository and from a linked worktree", async () => {
    const bare = join(folder, "bare.git");
    fixture.git("clone", "-q", "--bare", fixture.directory, bare);
    const linked = join(folder, "linked");
    fixture.git("worktree", "add", "-q", "--detach", linked, first);
    for (const place of [bare, linked]) {
      const repository = await openRepository(place, { named: true });
      expect(await withWorktree(repository, first, directory, async () => readFileSync(join(directory, "a.txt"), "utf8"))).toBe("one\n");
      expect(existsSync(directory)).toBe(false);
    }
    expect(entries()).toEqual([fixture.directory, linked]);
  });

  it("leaves submodules as they are: empty", async () => {
    const inner = join(folder, "inner");
    fixture.git("clone", "-q", fixture.directory, inner);
    fixture.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "sub");
    const withSub = fixture.commit("Add a submodule");
    fixture.git("config", "submodule.recurse", "true");
    const seen = await withWorktree(await open(), withSub, directory, async () => readdirSync(join(directory, "sub")));
    expect(seen).toEqual([]);
    expect(readdirSync(join(fixture.directory, "sub"))).toContain("a.txt");
    expect(existsSync(directory)).toBe(false);
  });

  // For root nothing is read-only.
  it("removes folders that were made read-only as well", async () => {
    await withWorktree(await open(), first, directory, async () => {
      mkdirSync(join(directory, "cache", "of"), { recursive: true });
      writeFileSync(join(directory, "cache", "of", "modules"), "x");
      chmodSync(join(directory, "cache", "of"), 0o500);
      chmodSync(join(directory, "cache"), 0o000);
    });
    expect(existsSync(directory)).toBe(false);
  });

  it("refuses a place where something stands, and leaves it", async () => {
    mkdirSync(directory);
    await expect(withWorktree(await open(), first, directory, async () => undefined)).rejects.toMatchObject({ code: "not-writable" });
    expect(existsSync(directory)).toBe(true);
  });

  it("does not fetch what a partial clone lacks", async () => {
    fixture.git("config", "uploadpack.allowFilter", "true");
    const partial = join(folder, "partial");
    fixture.git("clone", "-q", "--filter=blob:none", `file://${fixture.directory}`, partial);
    const repository = await openRepository(partial, { named: true });
    await expect(withWorktree(repository, first, directory, async () => undefined)).rejects.toMatchObject({ code: "history-missing" });
    expect(existsSync(directory)).toBe(false);
    fixture.git("-C", partial, "archive", "--output=/dev/null", first);
    expect(await withWorktree(repository, first, directory, async () => "there")).toBe("there");
  });
});

describe("removeWorktree", () => {
  it("takes away an entry that a killed git has left half made", async () => {
    const entry = join(fixture.directory, ".git", "worktrees", "tree");
    mkdirSync(entry, { recursive: true });
    writeFileSync(join(entry, "gitdir"), `${directory}/.git\n`);
    writeFileSync(join(entry, "locked"), "initializing");
    mkdirSync(directory);
    await removeWorktree(await open(), directory);
    expect([existsSync(entry), existsSync(directory)]).toEqual([false, false]);
  });
});
