import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, lifeAt, makeFolder, makeLife, removeAll } from "./life.ts";

afterAll(removeAll);

/** A repository in the middle of other work: staged, half staged, changed, untracked, removed; and an index that is there. */
function busy(): Life {
  const life = makeLife();
  life.git("config", "user.name", "Ada Osei");
  life.git("config", "user.email", "ada@example.org");
  life.commit("Base", { "staged.txt": "1\n", "half.txt": "1\n2\n3\n", "changed.txt": "1\n", "removed.txt": "1\n", "notes/README.md": "# Ships\n", "notes/guides/how.md": "1\n" });
  life.commit("Ship", { "a.txt": "1\n" });
  life.write("staged.txt", "2\n");
  life.write("half.txt", "staged\n2\n3\n");
  life.write("new-staged.txt", "1\n");
  life.git("add", "staged.txt", "half.txt", "new-staged.txt");
  life.git("rm", "-q", "--cached", "removed.txt");
  life.write("half.txt", "staged\n2\nunstaged\n");
  life.write("changed.txt", "2\n");
  life.write("untracked.txt", "1\n");
  life.write("notes/guides/how.md", "2\n");
  return life;
}

const committed = (life: Life, revision = "HEAD"): string[] => life.git("show", "--format=", "--name-status", "--no-renames", revision).split("\n");
const work = (life: Life): string => `${life.git("status", "--porcelain=v1", "--untracked-files=all")}\n${life.git("diff")}\n${life.git("diff", "--cached")}`;

describe("record --commit", () => {
  it("commits the record's own files, whatever else is staged or changed", () => {
    const life = busy();
    const before = work(life);
    const answer = life.call(["record", "--yes", "--commit"]);
    expect(answer.status).toBe(0);
    expect(answer.stderr).not.toContain("git add");
    expect(committed(life)).toEqual(["A\tnotes/2024/2024-03-04-ship.md", "A\tnotes/2024/2024-03-04-ship/record.json"]);
    expect(life.git("log", "-1", "--format=%s%n%an")).toBe("Record: Ship\nAda Osei");
    expect(work(life)).toBe(before);
    expect(life.git("show", "HEAD:notes/2024/2024-03-04-ship.md")).toBe(life.read("notes/2024/2024-03-04-ship.md").trimEnd());
  });

  it.each<[title: string, subject: string]>([
    ["fix: @bob's cache, for 5 % of 100%", "Record: 2024-03-04-fix-bob-s-cache-for-5-of-100"],
    ["Warm it up (#12)", "Record: 2024-03-04-warm-it-up-12"],
    ["See https://example.org/a", "Record: 2024-03-04-see-https-example-org-a"],
    ["fix(cache): keep 5 % of it, at 09:04:12", "Record: fix(cache): keep 5 % of it, at 09:04:12"],
  ])("notifies nobody of %j, and links nothing to it again", (title, subject) => {
    const life = busy();
    expect(life.call(["record", "--yes", "--commit", "--title", title]).status).toBe(0);
    expect(life.git("log", "-1", "--format=%s")).toBe(subject);
  });

  it("with --index the rebuilt index as well, and nothing of the notes that is people's", () => {
    const life = busy();
    life.call(["record", "--yes", "--commit", "--index"]);
    expect(committed(life)).toEqual([
      "A\tnotes/2024/2024-03-04-ship.md", "A\tnotes/2024/2024-03-04-ship/record.json", "A\tnotes/2024/README.md",
    ]);
    expect(life.git("status", "--porcelain", "notes")).toBe(" M notes/guides/how.md");
  });

  it("a picture that somebody laid beside a record's facts stays theirs; an outcome is the record's", () => {
    const life = busy();
    life.record();
    life.write("notes/2024/2024-03-04-ship/photo.png", "png");
    life.write("notes/2024/2024-03-04-ship/tests-passed.svg", "<svg/>\n");
    life.write("notes/2024/2024-03-04-ship/outcome.json", '{ "version": 1, "id": "2024-03-04-ship", "outcome": "ok", "at": "2024-03-05T10:00:00Z", "reason": null }\n');
    life.call(["record", "--yes", "--commit"]);
    expect(committed(life)).toEqual([
      "A\tnotes/2024/2024-03-04-ship.md", ...["outcome.json", "record.json"].map((name) => `A\tnotes/2024/2024-03-04-ship/${name}`),
    ]);
  });

  it("--index rebuilds a stale index also where the record is unchanged", () => {
    const life = busy();
    life.record();
    life.record(["--no-range", "--title", "In another year", "--at", "2023-01-01T00:00:00Z"]);
    const answer = life.call(["record", "--yes", "--index", "--commit"]);
    expect(answer.stdout).toBe("unchanged notes/2024/2024-03-04-ship.md\n");
    expect(life.call(["index", "--check"]).status).toBe(0);
    expect(committed(life)).toContain("A\tnotes/2023/README.md");
    expect(committed(life).join("\n")).not.toContain("in-another-year");
  });

  it("an index with our region is rebuilt and committed with it", () => {
    const life = busy();
    life.git("rm", "-q", "--cached", "notes/README.md");
    life.write("notes/README.md", "# Ships\n\n<!-- shipnote:index -->\n\n<!-- /shipnote:index -->\n");
    const answer = life.call(["record", "--yes", "--commit", "--index", "--force"]);
    expect(answer.status).toBe(0);
    expect(committed(life)).toContain("M\tnotes/README.md");
    expect(life.git("show", "HEAD:notes/README.md")).toContain("2024-03-04-ship.md");
    expect(life.call(["index", "--check"]).status).toBe(0);
  });

  it("the next run finds its own commit no ship, and commits nothing where nothing is new", () => {
    const life = busy();
    life.call(["record", "--yes", "--commit"]);
    const head = life.git("rev-parse", "HEAD");
    const again = life.call(["record", "--yes", "--commit"]);
    expect(again.stdout).toBe("unchanged notes/2024/2024-03-04-ship.md\n");
    expect(life.git("rev-parse", "HEAD")).toBe(head);
    // What an earlier run wrote without --commit is committed by the next with it.
    life.call(["record", "--yes", "--reason", "It was slow."]);
    expect(life.call(["record", "--yes", "--commit"]).stdout).toContain("unchanged");
    expect(committed(life)).toContain("M\tnotes/2024/2024-03-04-ship.md");
    expect(life.git("show", "HEAD:notes/2024/2024-03-04-ship.md")).toContain("It was slow.");
  });

  it("--dry-run and --stdout commit and write nothing", () => {
    const life = busy();
    const head = life.git("rev-parse", "HEAD");
    const before = work(life);
    const dry = life.call(["record", "--yes", "--commit", "--index", "--dry-run"]);
    expect(dry.stdout).toMatch(/would write notes\/2024\/2024-03-04-ship\/record\.json \(new\)\nwould write notes\/2024\/2024-03-04-ship\.md \(new\)/);
    expect(life.call(["record", "--yes", "--stdout"]).stdout).toMatch(/^---\nid: 2024-03-04-ship\n/);
    expect([life.git("rev-parse", "HEAD"), work(life)]).toEqual([head, before]);
  });

  it.each([
    ["pre-commit", "echo not today >&2; exit 1"],
    ["commit-msg", "echo not today >&2; exit 1"],
  ])("a %s hook that says no: exit 3, the record is written, nothing stays staged; safe to run again", (hook, script) => {
    const life = busy();
    const before = work(life);
    life.write(`.git/hooks/${hook}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(life.directory, ".git/hooks", hook), 0o755);
    const head = life.git("rev-parse", "HEAD");
    expect(life.refused(["record", "--yes", "--commit"])).toMatchObject({ status: 3, code: "git-failed", message: expect.stringContaining("not today") });
    expect(life.git("rev-parse", "HEAD")).toBe(head);
    expect(life.has("notes/2024/2024-03-04-ship.md")).toBe(true);
    expect(work(life).replaceAll(/^\?\? notes\/2024\/.*\n/gm, "")).toBe(before);
    chmodSync(join(life.directory, ".git/hooks", hook), 0o644);
    expect(life.call(["record", "--yes", "--commit"])).toMatchObject({ status: 0 });
    expect(committed(life)).toHaveLength(2);
  });

  it("the user's hooks see what is committed, and nothing else", () => {
    const life = busy();
    life.write(".git/hooks/pre-commit", `#!/bin/sh\ngit diff --cached --name-only > "${life.directory}/.git/seen"\n`);
    chmodSync(join(life.directory, ".git/hooks/pre-commit"), 0o755);
    life.call(["record", "--yes", "--commit"]);
    expect(life.read(".git/seen")).toBe("notes/2024/2024-03-04-ship.md\nnotes/2024/2024-03-04-ship/record.json\n");
  });

  it("in a linked work tree it commits there; where notes are ignored, all the same", () => {
    const life = busy();
    life.git("commit", "-q", "-m", "Ignore", "--only", "--allow-empty", "--", "staged.txt");
    const linked = join(makeFolder(), "linked");
    life.git("worktree", "add", "-q", "-b", "release", linked, "HEAD");
    const there = lifeAt(linked);
    there.write(".gitignore", "notes/\n");
    const head = life.git("rev-parse", "main");
    expect(there.call(["record", "--yes", "--commit"]).status).toBe(0);
    expect(committed(there, "release")).toHaveLength(2);
    expect(life.git("rev-parse", "main")).toBe(head);
  });
});
