import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { refused, worded } from "./refusal.ts";
import { shipnote } from "./tool.ts";

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-errors-")));
  made.push(path);
  return path;
}

function repository(): Fixture {
  const fixture = makeRepository();
  made.push(fixture.directory);
  fixture.commit("Greet", { "greet.txt": "hello\n" });
  fixture.commit("Greet twice", { "greet.txt": "hello\nhello\n" });
  return fixture;
}

/** A folder for PATH with a git that says it is of that version. */
function gitOfVersion(version: string): string {
  const path = folder();
  writeFileSync(join(path, "git"), `#!/bin/sh\necho "git version ${version}"\n`);
  chmodSync(join(path, "git"), 0o755);
  return path;
}

describe("where there is no repository to work with", () => {
  it.each(["record", "before", "show", "index"])("%s: no repository", (command) => {
    const outside = folder();
    const { message, expected, retry } = refused(outside, [command], [3, "not-a-repository"]);
    expect(message).toBe(`${outside} is not in a git repository.`);
    expect(expected).toBe("a folder inside a git repository (name one with -C DIR)");
    expect(retry).toBe(true);
  });

  it.each([["a file", "file"], ["nothing", "missing"], ["a path through a file", "file/below"]])("-C names %s", (_what, name) => {
    const outside = folder();
    writeFileSync(join(outside, "file"), "x\n");
    expect(refused(outside, ["-C", name, "record"], [3, "not-a-repository"]).message).toBe(`There is no folder ${join(outside, name)}.`);
  });

  it("another user owns it", () => {
    const { directory } = repository();
    // root makes it another's in truth; nobody else can, so git is told to take it for such.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) giveAway(directory);
    const env = isRoot ? {} : { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    const { message, expected } = refused(directory, ["record", "--yes"], [3, "repository-untrusted"], { env });
    expect(message).toBe(`git does not trust the repository at ${directory}: another user owns it.`);
    expect(expected).toContain(`git config --global --add safe.directory '${directory}'`);
    const trusting = join(folder(), "gitconfig");
    writeFileSync(trusting, `[safe]\n\tdirectory = ${directory}\n`);
    const trusted = shipnote(directory, ["record", "--yes", "--dry-run"], { env: { ...env, GIT_CONFIG_GLOBAL: trusting } });
    expect(trusted.status).toBe(0);
  });

  it("git is missing", () => {
    const { directory } = repository();
    const { message, expected } = refused(directory, ["record", "--yes"], [3, "git-missing"], { env: { PATH: folder() } });
    expect(message).toBe("git could not be started: it is not on PATH.");
    expect(expected).toBe("git 2.30 or newer on PATH");
  });

  it.each(["2.20.1", "2.29.9"])("git %s is too old", (version) => {
    const { directory } = repository();
    const { message, expected } = refused(directory, ["record", "--yes"], [3, "git-too-old"], { env: { PATH: gitOfVersion(version) } });
    expect(message).toBe(`This git is too old: git version ${version}.`);
    expect(expected).toBe("git 2.30 or newer");
  });

  it("the branch is unborn", () => {
    const { directory, remove } = makeRepository();
    expect(refused(directory, ["record", "--yes"], [3, "no-commits"]).expected).toBe("a commit, or --to REV, or --no-range for a ship without commits");
    remove();
  });

  it("the repository is bare, and nothing was said of --stdout", () => {
    const { directory } = repository();
    const bare = join(folder(), "bare.git");
    execFileSync("git", ["clone", "-q", "--bare", directory, bare]);
    refused(bare, ["record", "--yes"], [3, "no-work-tree"]);
    const printed = shipnote(bare, ["record", "--yes", "--stdout"]);
    expect(printed.stdout).toMatch(/^---\nid: 2026-11-24-greet-twice\n/);
    expect(printed.status).toBe(0);
  });
});

describe("what is no error", () => {
  it("no HOME, and a HOME that is not there", () => {
    const { directory } = repository();
    const nobody = { HOME: undefined, XDG_CONFIG_HOME: undefined, GIT_CONFIG_GLOBAL: undefined };
    const first = shipnote(directory, ["record", "--yes"], { env: nobody });
    expect({ status: first.status, stdout: first.stdout }).toEqual({ status: 0, stdout: "wrote notes/2026/2026-11-24-greet-twice.md\n" });
    const again = shipnote(directory, ["record", "--yes"], { env: { ...nobody, HOME: "/nonexistent" } });
    expect({ status: again.status, stdout: again.stdout }).toEqual({ status: 0, stdout: "unchanged notes/2026/2026-11-24-greet-twice.md\n" });
  });

  it("run, without git and outside of a repository: the command runs, and one line says that it is not kept", () => {
    const outside = folder();
    const command = ["run", "--", "/bin/sh", "-c", "echo out; exit 7"];
    const unkept = shipnote(outside, command);
    expect(unkept).toMatchObject({ status: 7, stdout: "out\n" });
    expect(unkept.stderr).toMatch(/^shipnote: this command is not kept for the record: not a git repository[^\n]*\n$/);
    const gitless = shipnote(outside, command, { env: { PATH: folder() } });
    expect(gitless).toMatchObject({ status: 7, stdout: "out\n" });
    expect(gitless.stderr).toContain("shipnote: this command is not kept for the record: git could not be started: it is not on PATH.\n");
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe("a wrong call", () => {
  let standing: Fixture;
  beforeAll(() => {
    standing = repository();
  });

  it.each<[string[], string | RegExp, RegExp]>([
    [["recrod"], "There is no command 'recrod'.", /^one of record, run, before/],
    [["record", "--frm", "x"], /--frm.*--from/, /shipnote COMMAND --help/],
    [["record", "--from"], /--from .*value/, /--help/],
    [["record", "extra"], "record takes no arguments, and got 'extra'.", /./],
    [["record", "--no-range"], "A ship without commits needs a title.", /--title/],
    [["run", "--as", "party", "--", "true"], "'party' is no kind of command.", /backup, migrate, deploy/],
    [["run"], "There is no command to run.", /-- CMD ARG/],
    [["runbook", "party"], "There is no runbook 'party'.", /backup, migrate/],
  ])("%j", (args, message, expected) => {
    const refusal = refused(standing.directory, args, [2, "usage"]);
    expect([refusal.message]).toEqual([worded(message)]);
    expect(refusal.expected).toMatch(expected);
  });

  it.each<[string[], string]>([
    [["record", "--yes", "--at", "yesterday"], "--at yesterday is no moment."],
    [["record", "--yes", "--at", "2024-02-30T10:00Z"], "--at 2024-02-30T10:00Z is no moment."],
    [["list", "--since", "2023-02-29"], "--since 2023-02-29 is no day."],
    [["record", "--yes", "--title", " \n "], "--title is empty."],
    [["record", "--yes", "--artifact", "api"], "--artifact api does not say what was shipped."],
    [["record", "--yes", "--component", "api"], "There is no component 'api'."],
    [["show", "--format", "pdf"], "There is no format 'pdf'."],
  ])("%j", (args, message) => {
    expect(refused(standing.directory, args, [2, "value-invalid"]).message).toBe(message);
  });

  it.each([
    ["show", "../../etc/passwd"], ["show", "/etc/passwd"], ["show", "\u001b[31mred"], ["show", ""], ["show", "a\nb"],
    ["rollback", "2026-11-24-greet/../../../x"], ["record", "--yes", "--id", "../../etc/passwd"], ["record", "--yes", "--id", "\u001b]0;x\u0007"],
  ])("%j: an id that is none", (...args) => {
    expect(refused(standing.directory, args, [2, "record-unknown"]).message).toMatch(/^There is no record /);
  });
});

function giveAway(path: string): void {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) giveAway(join(path, name));
  chownSync(path, 12_345, 12_345);
}
