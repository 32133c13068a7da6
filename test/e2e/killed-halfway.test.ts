import { createHash } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, lifeAt, makeFolder, makeLife, removeAll, type Written } from "./life.ts";

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
