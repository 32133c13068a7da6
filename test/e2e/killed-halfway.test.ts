import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { diagnosed, makeHealthy } from "./doctor-rig.ts";
import { type Life, lifeAt, makeFolder, makeLife, removeAll, type Written, writtenSo } from "./life.ts";

/* What others may do between a `record` that was killed while it moved its files and the one that finishes it. */

afterAll(removeAll);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A record whose facts say `Two` already and whose markdown still says `One`: its new text waits under a temporary name. */
function halfway(): Life & { first: Written } {
  const life = makeLife();
  life.commit("Base", { "a.txt": "1\n" });
  life.commit("Cache article lookups", { "a.txt": "2\n" });
  const first = life.record(["--title", "One"]);
  life.commitNotes();
  const before = life.read(first.path);
  life.record(["--title", "Two"]);
  const after = life.read(first.path);
  // No process has this number.
  const temporary = ".shipnote-4194304-deadbeef.tmp";
  const markdown = join(life.directory, first.path);
  renameSync(markdown, join(markdown, "..", temporary));
  life.write(first.path, before);
  const move = { path: markdown, temporary, content: sha256(after), standing: sha256(before) };
  life.write(".git/shipnote/intent.json", JSON.stringify({ version: 1, moves: [move] }));
  return { ...life, first };
}

/** What the next run makes of it: nothing is new, and all files agree. */
function next(life: Life & { first: Written }): object {
  const { status, id, record: { title } } = life.record();
  const heading = /^# (.*)$/m.exec(life.read(life.first.path))?.[1];
  return { status, id, title, heading, left: life.git("ls-files", "--others", "notes").split("\n").filter((path) => path.endsWith(".tmp")) };
}

const finished = ({ first: { id } }: { first: Written }) => ({ status: "unchanged", id, title: "Two", heading: "Two", left: [] });

describe("a record that was killed halfway is finished", () => {
  it("by the next one", () => {
    const life = halfway();
    expect(next(life)).toEqual(finished(life));
  });

  it.each([[["index"]], [["runbook"]], [["index", "--check"]], [["record", "--yes", "--dry-run"]]])("also after %j", (args) => {
    const life = halfway();
    life.call(args);
    expect(next(life)).toEqual(finished(life));
  });

  it("also after a run in another work tree, which cannot finish it", () => {
    const life = halfway();
    const folder = join(makeFolder(), "linked");
    life.git("worktree", "add", "-q", folder, "-b", "other", "HEAD");
    expect(lifeAt(folder).record(["--env", "staging"]).status).toBe("written");
    expect(next(life)).toEqual(finished(life));
  });
});

describe("a doctor --fix that was killed before it took away what had another place", () => {
  const id = "2024-03-04-be-kind";
  const of = (ship: string, name: string): string => `notes/2024/${ship}/${name}`;

  /** Two ships under one id, of which theirs, the later, has failed, and has a file of people's. */
  function clashed(): Life {
    const life = makeHealthy();
    const recordHere = (who: string, recordedAt: string): void => {
      life.commit("Be kind", { [`${who}.txt`]: who });
      life.record(["--reason", `For ${who}.`]);
      life.edit(of(id, "record.json"), /"recordedAt": "[^"]+"/, `"recordedAt": "${recordedAt}"`);
      writtenSo(life, of(id, "record.json"));
      life.commitNotes();
    };
    life.git("switch", "-q", "-c", "theirs");
    recordHere("theirs", "2024-03-04T11:00:00Z");
    life.write(of(id, "outcome.json"), JSON.stringify({ version: 1, id, outcome: "failed", at: "2024-03-05T10:00:00Z", reason: null }));
    life.write(of(id, "y.txt"), "y");
    life.commitNotes();
    life.git("switch", "-q", "main");
    recordHere("ours", "2024-03-04T10:00:00Z");
    expect(() => execFileSync("git", ["merge", "-q", "-m", "Merge", "theirs"], { cwd: life.directory, env: fixtureEnvironment(1_709_700_000), stdio: "pipe" })).toThrow("Command failed");
    return life;
  }

  it.each(["y.txt", "outcome.json"])("is finished by the next: no ship keeps what is another's (killed at %s)", (name) => {
    const life = clashed();
    const killer = `import fs from "node:fs/promises"; import { syncBuiltinESMExports } from "node:module"; const { unlink } = fs;
      fs.unlink = async (path) => (path.endsWith("${of(id, name)}") ? process.kill(process.pid, "SIGKILL") : unlink(path)); syncBuiltinESMExports();`;
    life.call(["doctor", "--fix"], { env: { NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(killer).toString("base64")}` } });
    // It was killed there: the one has its files already, and the other still.
    expect([life.has(of(`${id}-2`, name)), life.has(of(id, name))]).toEqual([true, true]);
    expect(diagnosed(life, ["--fix"]).findings.map(({ code }) => code)).not.toContain("leftovers");
    for (const file of ["y.txt", "outcome.json"]) expect([life.has(of(`${id}-2`, file)), life.has(of(id, file))]).toEqual([true, false]);
  });
});
