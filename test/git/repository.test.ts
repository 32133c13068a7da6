import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { emptyTree, factsGit, openRepository } from "../../src/git/repository.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

let fixture: Fixture;
let elsewhere: string;

beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  vi.stubEnv("GIT_CONFIG_SYSTEM", "/dev/null");
  fixture = makeRepository();
  elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-test-")));
});

afterEach(() => {
  vi.unstubAllEnvs();
  fixture.remove();
  rmSync(elsewhere, { recursive: true, force: true });
});

/** A program that passes for git and prints one line. */
function fakeGit(line: string): string {
  const bin = join(elsewhere, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "git"), `#!/bin/sh\necho '${line}' ${line.startsWith("fatal") ? ">&2; exit 128" : ""}\n`);
  chmodSync(join(bin, "git"), 0o755);
  return bin;
}

describe("openRepository", () => {
  test("from a subdirectory, through a symbolic link", async () => {
    const head = fixture.commit("First", { "a/b/c.js": "1\n" });
    symlinkSync(fixture.directory, join(elsewhere, "link"));
    expect(await openRepository(join(elsewhere, "link/a/b"), { named: true })).toMatchObject({
      directory: fixture.directory, workTree: fixture.directory, gitDir: join(fixture.directory, ".git"),
      commonDir: join(fixture.directory, ".git"), prefix: "a/b/", objectFormat: "sha1", head, branch: "refs/heads/main",
      shallow: false, partial: false,
    });
  });

  test("a bare repository", async () => {
    const bare = makeRepository("--bare");
    expect(await openRepository(bare.directory, { named: true })).toMatchObject({
      directory: bare.directory, gitDir: bare.directory, commonDir: bare.directory, workTree: null, prefix: "",
    });
    bare.remove();
  });

  test("a linked worktree shares the common directory only", async () => {
    fixture.commit("First", { a: "1" });
    fixture.git("worktree", "add", "-q", "-b", "side", join(elsewhere, "linked"));
    expect(await openRepository(join(elsewhere, "linked"), { named: true })).toMatchObject({
      workTree: join(elsewhere, "linked"), commonDir: join(fixture.directory, ".git"),
      gitDir: join(fixture.directory, ".git/worktrees/linked"), branch: "refs/heads/side",
    });
  });

  test("an unborn and a detached HEAD", async () => {
    expect(await openRepository(fixture.directory, { named: true })).toMatchObject({ head: null, branch: "refs/heads/main" });
    const head = fixture.commit("First");
    fixture.git("checkout", "-q", "--detach");
    expect(await openRepository(fixture.directory, { named: true })).toMatchObject({ head, branch: null });
  });

  test("a sha256 repository", async () => {
    const other = makeRepository("--object-format=sha256");
    const head = other.commit("First", { a: "1" });
    const repository = await openRepository(other.directory, { named: true });
    expect(repository).toMatchObject({ objectFormat: "sha256", head });
    expect(emptyTree(repository)).toBe(other.git("hash-object", "-t", "tree", "/dev/null"));
    other.remove();
  });

  test("a shallow and a partial clone", async () => {
    fixture.commit("First", { a: "1" });
    fixture.commit("Second", { a: "2" });
    execFileSync("git", ["clone", "-q", "--depth=1", `file://${fixture.directory}`, join(elsewhere, "shallow")]);
    execFileSync("git", ["-C", fixture.directory, "config", "uploadpack.allowFilter", "true"]);
    execFileSync("git", ["clone", "-q", "--filter=blob:none", `file://${fixture.directory}`, join(elsewhere, "partial")]);
    expect(await openRepository(join(elsewhere, "shallow"), { named: true })).toMatchObject({ shallow: true, partial: false });
    expect(await openRepository(join(elsewhere, "partial"), { named: true })).toMatchObject({ shallow: false, partial: true });
  });

  test("GIT_DIR in the environment counts, unless a folder was named", async () => {
    const other = makeRepository();
    vi.stubEnv("GIT_DIR", join(other.directory, ".git"));
    vi.stubEnv("GIT_WORK_TREE", other.directory);
    expect((await openRepository(elsewhere, { named: false })).gitDir).toBe(join(other.directory, ".git"));
    expect((await openRepository(fixture.directory, { named: true })).gitDir).toBe(join(fixture.directory, ".git"));
    other.remove();
  });

  test.each([
    ["no repository", () => elsewhere, "not-a-repository", /not in a git repository/],
    ["no folder", () => join(elsewhere, "none"), "not-a-repository", /no folder/],
  ])("%s", async (_, directory, code, message) => {
    vi.stubEnv("LC_ALL", "de_DE.UTF-8");
    await expect(openRepository(directory(), { named: true })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("a broken configuration is not taken for no repository", async () => {
    fixture.write(".git/config", "[core\n");
    await expect(openRepository(fixture.directory, { named: true })).rejects.toMatchObject({
      code: "git-failed", message: expect.stringMatching(/bad config line 1/),
    });
  });

  test("a repository of another user says how to trust it", async () => {
    // What git 2.35.2 and newer say; GIT_TEST_ASSUME_DIFFERENT_OWNER is git's own switch for this.
    vi.stubEnv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    await expect(openRepository(fixture.directory, { named: true })).rejects.toMatchObject({
      code: "repository-untrusted", expected: expect.stringContaining(`safe.directory '${fixture.directory}'`),
    });
  });

  test("no git on PATH", async () => {
    vi.stubEnv("PATH", elsewhere);
    await expect(openRepository(fixture.directory, { named: true })).rejects.toMatchObject({ code: "git-missing" });
  });

  test.each([["git version 2.29.3"], ["git version 1.9"], ["nothing"]])("a git that says %j is too old", async (line) => {
    vi.stubEnv("PATH", `${fakeGit(line)}:/bin:/usr/bin`);
    await expect(openRepository(fixture.directory, { named: true })).rejects.toMatchObject({
      code: "git-too-old", message: expect.stringContaining(line),
    });
  });

  test("a vendor's version", async () => {
    vi.stubEnv("PATH", `${fakeGit("git version 2.30.0.windows.1")}:/bin:/usr/bin`);
    // It is new enough; this one only knows its version.
    await expect(openRepository(fixture.directory, { named: true })).rejects.not.toMatchObject({ code: "git-too-old" });
  });
});

describe("factsGit", () => {
  /** All that facts are read with, in every form that users' settings are known to change. */
  const asked: [string, string[]][] = [
    ["log", ["log", "-z", "--format=%H %aN %s%n%b", "--name-status", "-M", "HEAD", "--"]],
    ["first parents", ["log", "-z", "--first-parent", "-m", "--no-renames", "--name-only", "--format=%H", "HEAD", "--"]],
    ["net diff", ["diff", "--raw", "--numstat", "-z", "-C", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "HEAD~3", "HEAD", "--"]],
    ["patch", ["diff-tree", "-p", "--no-renames", "--full-index", "--no-prefix", "-U3", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "HEAD~3", "HEAD", "--"]],
    ["porcelain patch", ["diff", "--no-ext-diff", "--no-textconv", "HEAD~3", "HEAD", "--"]],
  ];
  const read = async (directory: string): Promise<string[]> => {
    const repository = await openRepository(directory, { named: true });
    return Promise.all(asked.map(async ([name, args]) => `${name}: ${(await factsGit(repository, args, { mailmapAt: "HEAD" })).stdout.toString("latin1")}`));
  };

  test("gives the same bytes whatever the user configured, in a bare, a linked and a dirty tree", async () => {
    const lines = (...changed: number[]) => Array.from({ length: 40 }, (_, at) => `line ${at}${changed.includes(at) ? "!" : ""}\n`).join("");
    fixture.commit("First", { "a.txt": lines(), "é b.txt": "1\n", ".mailmap": "Ada O. <ada@example.org>\n" });
    const module = makeRepository();
    const [one, two] = [module.commit("1"), module.commit("2")];
    fixture.git("update-index", "--add", "--cacheinfo", `160000,${one},sub`);
    fixture.git("commit", "-qm", "Add the module");
    fixture.git("update-index", "--cacheinfo", `160000,${two},sub`);
    fixture.git("mv", "a.txt", "b.txt");
    fixture.write("b.txt", lines(5, 12, 30));
    fixture.write("c.txt", lines(1));
    fixture.git("add", "b.txt", "c.txt");
    fixture.git("commit", "-qm", "Move");
    fixture.git("checkout", "-qb", "side", "HEAD~1");
    fixture.write("side.txt", "\u001b[31m\n");
    fixture.git("add", "side.txt");
    fixture.git("commit", "-qm", "Side");
    fixture.git("checkout", "-q", "main");
    fixture.git("merge", "-q", "--no-ff", "-m", "Merge", "side");
    fixture.git("commit", "-q", "--allow-empty", "-m", "Empty");
    const plain = await read(fixture.directory);
    expect(plain.join("")).toContain("Ada O.");

    const settings = [
      ["diff.noprefix", "true"], ["diff.mnemonicPrefix", "true"], ["diff.context", "0"], ["diff.interHunkContext", "9"], ["diff.algorithm", "histogram"],
      ["diff.renames", "copies"], ["diff.renameLimit", "1"], ["diff.external", "false"], ["diff.orderFile", join(elsewhere, "order")],
      ["diff.ignoreSubmodules", "all"], ["submodule.sub.ignore", "all"], ["submodule.sub.url", "x"], ["diff.submodule", "log"], ["diff.relative", "true"],
      ["diff.suppressBlankEmpty", "true"], ["diff.indentHeuristic", "false"], ["diff.wordRegex", "."], ["diff.colorMoved", "zebra"], ["diff.wsErrorHighlight", "all"],
      ["color.ui", "always"], ["color.diff", "always"], ["core.quotePath", "true"], ["core.attributesFile", join(elsewhere, "attributes")],
      ["core.abbrev", "5"], ["core.bigFileThreshold", "1"], ["core.pager", "cat -v"], ["log.showSignature", "true"], ["log.mailmap", "false"], ["log.follow", "true"], ["log.decorate", "full"],
      ["log.date", "relative"], ["log.diffMerges", "combined"], ["log.showRoot", "false"], ["log.abbrevCommit", "true"], ["format.pretty", "oneline"], ["i18n.logOutputEncoding", "ISO-8859-1"],
      ["mailmap.file", join(elsewhere, "mailmap")], ["notes.displayRef", "*"],
    ] as const;
    writeFileSync(join(elsewhere, "order"), "side.txt\n");
    writeFileSync(join(elsewhere, "attributes"), "* binary\n");
    writeFileSync(join(elsewhere, "mailmap"), "Nobody <ada@example.org>\n");
    for (const [name, value] of settings) fixture.git("config", "--file", join(elsewhere, "config"), name, value);
    vi.stubEnv("GIT_CONFIG_GLOBAL", join(elsewhere, "config"));
    vi.stubEnv("GIT_EXTERNAL_DIFF", "false");
    vi.stubEnv("GIT_DIFF_OPTS", "-u0");
    vi.stubEnv("GIT_ICASE_PATHSPECS", "1");
    fixture.write(".gitattributes", "* -diff\n");
    fixture.write(".mailmap", "Nobody <ada@example.org>\n");
    fixture.write("b.txt", "dirty\n");
    fixture.git("add", "b.txt");
    for (const [name, value] of settings) if (!name.startsWith("core.")) fixture.git("config", name, value);
    expect(await read(fixture.directory)).toEqual(plain);
    fixture.git("worktree", "add", "-q", "--detach", join(elsewhere, "linked"), "main");
    expect(await read(join(elsewhere, "linked"))).toEqual(plain);
    execFileSync("git", ["clone", "-q", "--bare", fixture.directory, join(elsewhere, "bare")]);
    expect(await read(join(elsewhere, "bare"))).toEqual(plain);
    module.remove();
  });

  test("sees the commits that were shipped, not what replace refs and grafts show in their place", async () => {
    fixture.commit("First", { a: "1" });
    const shipped = fixture.commit("Second", { a: "2" });
    const other = fixture.git("commit-tree", "-m", "Another story", `${shipped}^{tree}`);
    fixture.git("replace", shipped, other);
    fixture.write(".git/info/grafts", `${shipped}\n`);
    const repository = await openRepository(fixture.directory, { named: true });
    const { stdout } = await factsGit(repository, ["log", "--format=%s", "HEAD"]);
    expect(stdout.toString()).toBe("Second\nFirst\n");
  });

  test("takes paths literally, unless magic is asked for", async () => {
    fixture.commit("First", { "?.txt": "1", "a.txt": "1" });
    const repository = await openRepository(fixture.directory, { named: true });
    const list = async (pathspec: string, pathspecMagic: boolean) =>
      (await factsGit(repository, ["log", "--format=", "--name-only", "HEAD", "--", pathspec], { pathspecMagic })).stdout.toString().trim();
    expect(await list("?.txt", false)).toBe("?.txt");
    expect(await list(":(glob)?.txt", true)).toBe("?.txt\na.txt");
  });
});
