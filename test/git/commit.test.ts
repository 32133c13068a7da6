import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { commitPaths } from "../../src/git/commit.ts";
import { openRepository } from "../../src/git/repository.ts";
import { type Fixture, fixtureEnvironment, makeRepository } from "../git-fixture.ts";

let fixture: Fixture;

beforeEach(() => {
  vi.stubEnv("EDITOR", "false");
  for (const [name, value] of Object.entries(fixtureEnvironment(1_800_000_000))) if (name.startsWith("GIT_")) vi.stubEnv(name, value);
  fixture = makeRepository();
  fixture.commit("First", { "app.js": "1\n", "notes/2026/2026-11-24-a.md": "old\n" });
});

afterEach(() => {
  vi.unstubAllEnvs();
  fixture.remove();
});

const commit = async (paths: string[], message = "Record the ship") =>
  commitPaths(await openRepository(fixture.directory, { named: true }), paths, message);
const committedFiles = () => fixture.git("show", "--name-only", "--format=", "HEAD").split("\n").sort();
const hook = (name: string, script: string): void => {
  const path = join(fixture.directory, ".git/hooks", name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

describe("commitPaths", () => {
  test("commits a new and a changed file, and leaves what else is staged or changed as it is", async () => {
    fixture.write("app.js", "2\n");
    fixture.write("staged.js", "staged\n");
    fixture.git("add", "staged.js", "app.js");
    fixture.write("app.js", "3\n");
    fixture.write("notes/2026/2026-11-24-a.md", "new\n");
    fixture.write("notes/2026/2026-11-24-a/record.json", "{}\n");
    const staged = fixture.git("diff", "--cached");
    const sha = await commit(["notes/2026/2026-11-24-a.md", "notes/2026/2026-11-24-a/record.json"], "# Record the ship\n\nWhole.");
    expect(sha).toBe(fixture.git("rev-parse", "HEAD"));
    expect(committedFiles()).toEqual(["notes/2026/2026-11-24-a.md", "notes/2026/2026-11-24-a/record.json"]);
    expect(fixture.git("diff", "--cached")).toBe(staged);
    expect(fixture.git("log", "-1", "--format=%B")).toBe("# Record the ship\n\nWhole.");
    expect(fixture.git("status", "--porcelain")).toBe("MM app.js\nA  staged.js");
  });

  test("commits what stands in the work tree, also where another state is staged", async () => {
    fixture.write("notes/x.md", "staged\n");
    fixture.git("add", "notes/x.md");
    fixture.write("notes/x.md", "written\n");
    await commit(["notes/x.md"]);
    expect(fixture.git("show", "HEAD:notes/x.md")).toBe("written");
    expect(fixture.git("status", "--porcelain")).toBe("");
  });

  test("takes names literally, and ignored files, too", async () => {
    fixture.write(".git/info/exclude", "notes\n");
    fixture.write("notes/[a]*.md", "odd\n");
    fixture.write("notes/a.md", "not asked for\n");
    await commit(["notes/[a]*.md"]);
    expect(committedFiles()).toEqual(["notes/[a]*.md"]);
  });

  test("is null where nothing differs, and makes no commit", async () => {
    const before = fixture.git("rev-parse", "HEAD");
    expect(await commit(["notes/2026/2026-11-24-a.md"])).toBeNull();
    expect(fixture.git("rev-parse", "HEAD")).toBe(before);
  });

  test("works on a branch without commits", async () => {
    const unborn = makeRepository();
    unborn.write("notes/a.md", "a\n");
    unborn.write("other", "o\n");
    const sha = await commitPaths(await openRepository(unborn.directory, { named: true }), ["notes/a.md"], "Record");
    expect(unborn.git("rev-parse", "HEAD")).toBe(sha);
    expect(unborn.git("status", "--porcelain")).toBe("?? other");
    unborn.remove();
  });

  test("runs the user's hooks, which see the files of this commit only", async () => {
    hook("pre-commit", "git diff --cached --name-only HEAD > seen");
    hook("commit-msg", 'echo "Signed-off-by: Ada" >> "$1"');
    fixture.write("staged.js", "staged\n");
    fixture.git("add", "staged.js");
    fixture.write("notes/a.md", "a\n");
    await commit(["notes/a.md"]);
    expect(readFileSync(join(fixture.directory, "seen"), "utf8")).toBe("notes/a.md\n");
    expect(fixture.git("log", "-1", "--format=%B")).toContain("Signed-off-by: Ada");
  });

  test.each([
    ["that says why", "echo no record today >&2; exit 1", /no record today/],
    ["that says it on stdout", "echo not this; exit 1", /not this/],
    ["without a word", "exit 1", /git commit failed/],
  ])("fails with a hook %s, and leaves nothing staged", async (_, script, message) => {
    hook("pre-commit", script);
    fixture.write("staged.js", "staged\n");
    fixture.git("add", "staged.js");
    fixture.write("notes/a.md", "a\n");
    const before = fixture.git("rev-parse", "HEAD");
    await expect(commit(["notes/a.md"])).rejects.toMatchObject({ code: "git-failed", message: expect.stringMatching(message) });
    expect(fixture.git("rev-parse", "HEAD")).toBe(before);
    expect(fixture.git("status", "--porcelain", "-uall")).toBe("A  staged.js\n?? notes/a.md");
  });

  test("commits through the index that a hook's environment names", async () => {
    vi.stubEnv("GIT_DIR", join(fixture.directory, ".git"));
    vi.stubEnv("GIT_INDEX_FILE", join(fixture.directory, ".git/other-index"));
    fixture.write("notes/a.md", "a\n");
    const repository = await openRepository(fixture.directory, { named: false });
    await commitPaths(repository, ["notes/a.md"], "Record");
    vi.unstubAllEnvs();
    // The other index knows the new file; the usual one was not touched.
    expect(fixture.git("ls-files", "notes/a.md")).toBe("");
    expect(fixture.git("ls-tree", "-r", "--name-only", "HEAD", "notes/a.md")).toBe("notes/a.md");
  });

  test("fails in a bare repository", async () => {
    const bare = makeRepository("--bare");
    const repository = await openRepository(bare.directory, { named: true });
    await expect(commitPaths(repository, ["a"], "m")).rejects.toMatchObject({ code: "no-work-tree" });
    bare.remove();
  });
});
