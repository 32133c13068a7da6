import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PlannedRollback } from "../../src/rollback/plan.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { clone, entries, notes, plan, recordFiles, runCommands } from "./ship.ts";

let fixture: Fixture;
beforeEach(() => {
  fixture = makeRepository();
});
afterEach(() => fixture.remove());

/** Runs the commands in a clone: afterwards its tree is `from`'s but for the notes, and the notes are as they were. */
function undoesTo(from: string | null, { commands }: PlannedRollback, settings: readonly (readonly [string, string])[] = []): void {
  const copy = clone(fixture);
  try {
    for (const [key, value] of settings) copy.git("config", key, value);
    const before = entries(copy.git, "HEAD");
    expect(runCommands(copy.directory, commands)).toMatchObject({ ok: true });
    const after = entries(copy.git, "HEAD");
    expect(after.code).toEqual(from === null ? [] : entries(copy.git, from).code);
    expect(after.notes).toEqual(before.notes);
    expect(copy.git("status", "--porcelain")).toBe("");
  } finally {
    copy.remove();
  }
}

const lines = (...changed: [number, string][]): string =>
  Array.from({ length: 20 }, (_, at) => changed.find(([line]) => line === at)?.[1] ?? `line ${at}`).join("\n").concat("\n");

describe("a plan that is derived", () => {
  it("reverts one commit", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    const to = fixture.commit("two", { a: "2\n" });
    const planned = await plan(fixture, from, to);
    expect(planned).toEqual({
      strategy: "revert",
      commands: [`git revert --no-edit ${to.slice(0, 12)}`],
      applies: { status: "clean", against: to, conflicts: [] },
    });
    undoesTo(from, planned);
  });

  it("reverts a row of commits, newest first, and deploys again", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    const shas = ["2\n", "3\n", "4\n"].map((a) => fixture.commit("more", { a }));
    const planned = await plan(fixture, from, shas[2] ?? "", { deployCommand: "true ENV=production" });
    expect(planned.commands).toEqual([
      `git revert --no-edit ${shas.toReversed().map((sha) => sha.slice(0, 12)).join(" ")}`,
      "# then deploy again. This ship was deployed by: true ENV=production",
    ]);
    undoesTo(from, planned);
  });

  it.each([
    ["make deploy ENV=production", ".", ["by: make deploy ENV=production"]],
    ["make deploy", "my app", ["in my app by: make deploy"]],
    ["make build; make deploy", "$x", ["in '$x' by: 'make build; make deploy'"]],
    ["make deploy TOKEN=[masked]", null, ["by: make deploy"]],
    ["first\nsecond", null, []],
  ])("says of the deploy %j in %j %j, and runs none", async (deployCommand, deployDirectory, expected) => {
    const from = fixture.commit("one", { a: "1\n" });
    const to = fixture.commit("two", { a: "2\n" });
    const { commands } = await plan(fixture, from, to, { deployCommand, deployDirectory });
    expect(commands.slice(1).map((line) => line.replace("# then deploy again. This ship was deployed ", ""))).toEqual(expected);
    const touching = await plan(fixture, from, to, { deployCommand: "touch deployed", deployDirectory });
    undoesTo(from, touching);
  });

  it("runs nothing of a deploy command where # is a command like any other, as in zsh", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    const to = fixture.commit("two", { a: "2\n" });
    const deployCommand = "x; touch ran; `touch ran` $(touch ran) 'touch ran' | touch ran";
    const { commands } = await plan(fixture, from, to, { deployCommand, deployDirectory: "it's; touch ran" });
    const copy = clone(fixture);
    expect(runCommands(copy.directory, commands.slice(1).map((line) => line.replace("# ", ": ")))).toEqual({ ok: true, said: "" });
    expect(copy.git("status", "--porcelain")).toBe("");
    copy.remove();
  });

  it("leaves commits out that changed nothing", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    const two = fixture.commit("two", { a: "2\n" });
    const to = fixture.commit("start the build");
    const planned = await plan(fixture, from, to);
    expect(planned.commands).toEqual([`git revert --no-edit ${two.slice(0, 12)}`]);
    undoesTo(from, planned);
    expect(await plan(fixture, two, to)).toEqual({
      strategy: "none", commands: [], applies: { status: "unknown", against: to, conflicts: [] },
    });
  });

  it("undoes a commit and its revert alike", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    fixture.commit("two", { a: "2\n" });
    const to = fixture.commit("Revert \"two\"", { a: "1\n" });
    const planned = await plan(fixture, from, to);
    expect(planned.applies.status).toBe("clean");
    undoesTo(from, planned);
  });

  it("reverts a merge against its first parent", async () => {
    const from = fixture.commit("one", { a: lines() });
    fixture.git("checkout", "-q", "-b", "topic");
    fixture.commit("topic 1", { a: lines([3, "topic"]), b: "b\n" });
    fixture.commit("topic 2", { c: "c\n" });
    fixture.git("checkout", "-q", "main");
    fixture.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    const to = fixture.git("rev-parse", "HEAD");
    const planned = await plan(fixture, from, to);
    expect(planned.commands).toEqual([`git revert --no-edit -m 1 ${to.slice(0, 12)}`]);
    expect(planned.applies.status).toBe("clean");
    undoesTo(from, planned);
  });

  it("reverts a merge after the record of the ship before", async () => {
    const from = fixture.commit("one", { a: lines() });
    fixture.git("checkout", "-q", "-b", "topic");
    fixture.commit("topic 1", { b: "b\n" });
    fixture.git("checkout", "-q", "main");
    fixture.commit("Record", recordFiles(1));
    fixture.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    const to = fixture.git("rev-parse", "HEAD");
    const planned = await plan(fixture, from, to);
    expect(planned.commands).toEqual([`git revert --no-edit -m 1 ${to.slice(0, 12)}`]);
    undoesTo(from, planned);
  });

  it("does not revert a merge that brought notes along", async () => {
    const from = fixture.commit("one", { a: lines() });
    fixture.git("checkout", "-q", "-b", "topic");
    fixture.commit("topic", { b: "b\n" });
    fixture.commit("Record", recordFiles(1));
    fixture.git("checkout", "-q", "main");
    fixture.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    const planned = await plan(fixture, from, fixture.git("rev-parse", "HEAD"));
    expect(planned.commands[1]).toContain("git apply --3way --index");
    undoesTo(from, planned);
  });

  it("lays the net difference down where merges lie inside", async () => {
    const from = fixture.commit("one", { a: lines(), gone: "x\n" });
    fixture.git("checkout", "-q", "-b", "topic");
    fixture.commit("topic", { a: lines([3, "topic"]), gone: null });
    fixture.git("checkout", "-q", "main");
    fixture.commit("main", { a: lines([15, "main"]) });
    fixture.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    fixture.commit("Record", recordFiles(1));
    const to = fixture.commit("after", { d: "d\n" });
    const planned = await plan(fixture, from, to);
    expect(planned.commands).toEqual([
      'cd "$(git rev-parse --show-toplevel)"',
      `if git diff --cached --quiet; then git diff --binary --full-index --no-renames --no-ext-diff --no-textconv --no-color --src-prefix=a/ --dst-prefix=b/ -U3 -O/dev/null ${to.slice(0, 12)} ${from.slice(0, 12)} -- . `
        + `${notes.exclude.slice(0, 2).map((path) => `'${path}'`).join(" ")} | git apply --3way --index `
        + `&& git commit -m 'Undo ${from.slice(0, 12)}..${to.slice(0, 12)}'; else echo 'staged changes: commit or unstage them first' >&2; false; fi`,
    ]);
    expect(planned.applies).toEqual({ status: "clean", against: to, conflicts: [] });
    undoesTo(from, planned);
  });

  it("lays the net difference down whatever a user's settings make of git diff", async () => {
    const from = fixture.commit("one", { a: lines() });
    fixture.git("checkout", "-q", "-b", "topic");
    fixture.commit("topic", { a: lines([3, "topic"]) });
    fixture.git("checkout", "-q", "main");
    fixture.commit("main", { b: "b\n" });
    fixture.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    const to = fixture.commit("after", { a: lines([3, "topic"], [9, "after"]) });
    const planned = await plan(fixture, from, to);
    expect(planned.commands[1]).toContain("| git apply");
    undoesTo(from, planned, [
      ["diff.noprefix", "true"], ["diff.external", "false"], ["color.ui", "always"], ["diff.context", "0"],
    ]);
  });

  it("lays the net difference down where a commit touches notes and code", async () => {
    const from = fixture.commit("one", { a: "1\n", ...recordFiles(1) });
    fixture.commit("both", { a: "2\n", ...recordFiles(2), "notes/README.md": "# Index\n", "notes/guides/use.md": "guide\n" });
    const to = fixture.commit("three", { a: "3\n" });
    const planned = await plan(fixture, from, to);
    expect(planned.commands[1]).toContain("':(top,exclude,glob)notes/README.md'");
    expect(planned.commands[1]).not.toContain("runbooks");
    undoesTo(from, planned);
  });

  it("steps over notes commits in between, before and after", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    fixture.commit("Record", recordFiles(1));
    const two = fixture.commit("two", { a: "2\n" });
    fixture.commit("Record", recordFiles(2));
    const to = fixture.commit("three", { a: "3\n" });
    fixture.commit("Record", recordFiles(3));
    const planned = await plan(fixture, from, to);
    expect(planned.commands).toEqual([`git revert --no-edit ${to.slice(0, 12)} ${two.slice(0, 12)}`]);
    expect(planned.applies.status).toBe("clean");
    undoesTo(from, planned);
  });

  it("undoes all of history", async () => {
    fixture.commit("root", { a: "1\n", "b/c": "2\n" });
    const to = fixture.commit("two", { a: "2\n" });
    undoesTo(null, await plan(fixture, null, to));
    fixture.git("checkout", "-q", "--orphan", "other");
    fixture.commit("another root", { z: "z\n" });
    fixture.git("checkout", "-q", "main");
    fixture.git("merge", "-q", "--allow-unrelated-histories", "-m", "Merge other", "other");
    fixture.commit("Record", recordFiles(1));
    const end = fixture.commit("end", { y: "y\n" });
    const planned = await plan(fixture, null, end);
    expect(planned.commands[1]).toContain("git apply");
    undoesTo(null, planned);
  });

  it("ships forward again after a rollback, also where the branch still holds what was rolled back", async () => {
    const to = fixture.commit("old", { a: "1\n", gone: "x\n" });
    fixture.commit("Record", recordFiles(1));
    const from = fixture.commit("new", { a: "2\n", gone: null, added: "y\n" });
    fixture.git("branch", "live", from);
    const stays = await plan(fixture, from, to, { direction: "rollback" });
    expect(stays.applies.status).toBe("clean");
    undoesTo(from, stays);
    fixture.git("reset", "-q", "--hard", to);
    fixture.commit("Record", recordFiles(2));
    const planned = await plan(fixture, from, to, { direction: "rollback" });
    expect(planned.applies.status).toBe("clean");
    expect(planned.commands).toEqual(stays.commands);
    undoesTo(from, planned);
  });

  it("undoes all of it from any folder of the work tree", async () => {
    const from = fixture.commit("one", { "api/a": "1\n", "web/a": "1\n", ...recordFiles(1) });
    fixture.commit("both", { "api/a": "2\n", ...recordFiles(2) });
    const to = fixture.commit("web", { "web/a": "2\n" });
    fixture.git("branch", "live", to);
    for (const direction of ["forward", "rollback"] as const) {
      const [live, target] = direction === "forward" ? [to, from] : [from, to];
      fixture.git("reset", "-q", "--hard", live);
      const planned = direction === "forward" ? await plan(fixture, from, to) : await plan(fixture, to, from, { direction });
      const copy = clone(fixture);
      expect(runCommands(join(copy.directory, "web"), planned.commands)).toMatchObject({ ok: true });
      expect(entries(copy.git, "HEAD").code).toEqual(entries(copy.git, target).code);
      copy.remove();
    }
  });

  it.each(["sh", "bash", "dash"])("commits nothing in %s where something is staged or the patch does not apply, and says why", async (shell) => {
    const from = fixture.commit("one", { a: "1\n", ...recordFiles(1) });
    const to = fixture.commit("both", { a: "2\n", ...recordFiles(2) });
    fixture.git("branch", "live", to);
    const undo = (await plan(fixture, from, to)).commands;
    fixture.git("reset", "-q", "--hard", from);
    const again = (await plan(fixture, to, from, { direction: "rollback" })).commands;
    for (const [at, commands] of [[to, undo], [from, again]] as const) {
      fixture.git("reset", "-q", "--hard", at);
      const copy = clone(fixture);
      writeFileSync(join(copy.directory, "unrelated"), "half done\n");
      copy.git("add", "unrelated");
      expect(runCommands(copy.directory, commands, shell)).toEqual({ ok: false, said: "staged changes: commit or unstage them first\n" });
      expect([copy.git("rev-parse", "HEAD"), copy.git("status", "--porcelain")]).toEqual([at, "A  unrelated"]);
      copy.git("rm", "-q", "--cached", "unrelated");
      writeFileSync(join(copy.directory, "a"), "in the way\n");
      copy.git("commit", "-q", "-m", "since", "a");
      const since = copy.git("rev-parse", "HEAD");
      expect(runCommands(copy.directory, commands, shell)).toMatchObject({ ok: false, said: expect.stringContaining("with conflicts") });
      expect(runCommands(copy.directory, commands, shell)).toMatchObject({ ok: false });
      expect(copy.git("rev-parse", "HEAD")).toBe(since);
      copy.remove();
    }
  });

  it("keeps to its component where commits leave it", async () => {
    const from = fixture.commit("one", { "api/a": "1\n", "web/a": "1\n" });
    const pure = fixture.commit("api", { "api/a": "2\n" });
    const component = [":(top,glob)api/**"];
    const own = await plan(fixture, from, pure, { component });
    expect(own.commands).toEqual([`git revert --no-edit ${pure.slice(0, 12)}`]);
    const to = fixture.commit("both", { "api/a": "3\n", "web/a": "2\n" });
    const planned = await plan(fixture, from, to, { component });
    expect(planned.commands[1]).toContain("-- ':(top,glob)api/**' | git apply");
    const copy = clone(fixture);
    expect(runCommands(copy.directory, planned.commands)).toMatchObject({ ok: true });
    expect([copy.git("show", "HEAD:api/a"), copy.git("show", "HEAD:web/a")]).toEqual(["1", "2"]);
    copy.remove();
  });

  it("undoes many commits at once", async () => {
    const from = fixture.commit("one", { a: "0\n" });
    for (let at = 1; at <= 51; at += 1) fixture.commit("more", { a: `${at}\n` });
    const planned = await plan(fixture, from, fixture.git("rev-parse", "HEAD"));
    expect(planned.commands[1]).toContain("git apply");
    undoesTo(from, planned);
  });

  const awkward = {
    "name with spaces": "1\n", "quote's \"name\"": "1\n", "ünï/ö.txt": "1\n", "-dash": "1\n", "tab\tname": "1\n", "dollar$HOME`x`": "1\n", ":(top)x": "1\n",
  };
  it.each(["reverts", "net"])("undoes renames, modes, binaries, links and awkward names by %s", async (form) => {
    const from = fixture.commit("one", {
      ...awkward, "old/name": lines(), "script": "#!/bin/sh\n", "binary": Buffer.from([0, 1, 2, 255]), "swap": "file\n", "dir/file": "x\n", "empty": "",
    });
    fixture.git("mv", "old/name", "new name");
    fixture.git("update-index", "--chmod=+x", "script");
    fixture.git("commit", "-q", "-m", "modes");
    fixture.git("reset", "-q", "--hard");
    for (const path of ["swap", "dir"]) rmSync(`${fixture.directory}/${path}`, { recursive: true });
    fixture.write("dir", "now a file\n");
    fixture.git("config", "core.symlinks", "true");
    const target = fixture.git("rev-parse", "HEAD:script");
    fixture.git("add", "-A");
    fixture.git("update-index", "--add", "--cacheinfo", `120000,${target},swap`);
    fixture.git("commit", "-q", "-m", "types");
    fixture.git("reset", "-q", "--hard");
    fixture.git("rm", "-q", "swap", "empty");
    fixture.commit("more", {
      ...Object.fromEntries(Object.keys(awkward).map((path) => [path, "2\n"])), binary: Buffer.from([0, 9, 9, 255]), another: Buffer.from([0, 255]),
      ...(form === "net" ? recordFiles(1) : {}),
    });
    const to = fixture.git("rev-parse", "HEAD");
    const planned = await plan(fixture, from, to);
    expect(planned.commands.at(-1)).toContain(form === "net" ? "git apply" : "git revert");
    undoesTo(from, planned);
  });

  it("falls back to the net difference where one by one would conflict", async () => {
    const from = fixture.commit("one", { a: "start\n", b: lines() });
    fixture.commit("two", { a: "middle\n", b: lines([2, "two"]) });
    const to = fixture.commit("three", { a: "start\n", b: lines([2, "three"]) });
    fixture.commit("since", { a: "since\n" });
    const planned = await plan(fixture, from, to);
    expect(planned.commands[1]).toContain("git apply");
    expect(planned.applies.status).toBe("clean");
    const copy = clone(fixture);
    expect(runCommands(copy.directory, planned.commands)).toMatchObject({ ok: true });
    expect([copy.git("show", "HEAD:a"), copy.git("show", "HEAD:b")]).toEqual(["since", lines().trimEnd()]);
    copy.remove();
  });

  it("keeps the form and the answer of the plan that stands", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    const to = fixture.commit("two", { a: "2\n" });
    const standing = await plan(fixture, from, to);
    fixture.commit("since", { a: "3\n" });
    const again = await plan(fixture, from, to, { standing, deployCommand: "make deploy" });
    expect(again).toEqual({ ...standing, commands: [...standing.commands, "# then deploy again. This ship was deployed by: make deploy"] });
    expect((await plan(fixture, from, to)).applies).toMatchObject({ status: "conflicts", conflicts: ["a"] });
  });
});

describe("a plan that is configured", () => {
  it("fills in what it names", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    const to = fixture.commit("two", { a: "2\n" });
    const commands = ["helm rollback {previousArtifact} # {artifact}", "echo {from} {to} {unknown}"];
    const planned = await plan(fixture, from, to, {
      configured: { strategy: "redeploy", commands }, artifact: "app; rm -rf '/'", previousArtifact: null,
    });
    expect(planned).toEqual({
      strategy: "redeploy",
      commands: [
        String.raw`helm rollback {previousArtifact} # 'app; rm -rf '\''/'\'''`,
        `echo ${from.slice(0, 12)} ${to.slice(0, 12)} {unknown}`,
      ],
      applies: { status: "unknown", against: to, conflicts: [] },
    });
  });

  it("derives a revert where there is no merge to be named", async () => {
    const from = fixture.commit("one", { a: "1\n" });
    const to = fixture.commit("two", { a: "2\n" });
    const configured = { strategy: "revert" as const, commands: ["git revert --no-edit -m 1 {merge}"] };
    expect((await plan(fixture, from, to, { configured })).commands).toEqual([`git revert --no-edit ${to.slice(0, 12)}`]);
    fixture.git("checkout", "-q", "-b", "topic", from);
    fixture.commit("topic", { b: "b\n" });
    fixture.git("checkout", "-q", "main");
    fixture.git("merge", "-q", "--no-ff", "-m", "Merge", "topic");
    const merge = fixture.git("rev-parse", "HEAD");
    expect(await plan(fixture, to, merge, { configured })).toMatchObject({
      commands: [`git revert --no-edit -m 1 ${merge.slice(0, 12)}`], applies: { status: "clean" },
    });
  });

  it("says nothing where nothing is known", async () => {
    const to = fixture.commit("one", { a: "1\n" });
    const none = { range: null, commits: [] };
    expect(await plan(fixture, null, to, none)).toMatchObject({ strategy: "none", commands: [] });
    expect(await plan(fixture, null, to, { ...none, configured: { strategy: "revert", commands: null } })).toMatchObject({ strategy: "none", commands: [] });
    expect(await plan(fixture, null, to, { ...none, configured: { strategy: "flag", commands: ["flag off {to}"] } }))
      .toMatchObject({ strategy: "flag", commands: ["flag off {to}"] });
    const second = fixture.commit("two", { a: "2\n" });
    expect(await plan(fixture, to, second, { configured: { strategy: "redeploy", commands: null }, deployCommand: "make deploy TOKEN=[masked] X=1" }))
      .toMatchObject({ strategy: "redeploy", commands: [`git switch --detach ${to.slice(0, 12)}`, "# then deploy again. This ship was deployed by: make deploy X=1"] });
  });
});
