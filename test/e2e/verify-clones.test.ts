import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Finding } from "../../src/record/finding.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeFolder, makeLife, removeAll } from "./life.ts";
import { cloned, verify } from "./verify-life.ts";

/* Clones that lack something, commits that became others, and notes that were moved. */

afterAll(removeAll);

const told = ({ findings }: { findings: readonly Finding[] }): string[] => findings.map(({ code, message }) => `${code}: ${message}`);

/** Three ships, each with its record. */
function shipped(): Life {
  const life = makeLife();
  life.commit("Base", { "a.ts": "1\n" });
  for (const name of ["One", "Two", "Three"]) {
    life.commit(name, { "a.ts": `${name}\n`, [`${name}.ts`]: "1\n" });
    life.record(["--from", "HEAD~1"]);
    life.commitNotes();
  }
  return life;
}

describe("history that moved", () => {
  it("is rewritten, and no failure: amended, rebased, squashed", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    life.git("checkout", "-q", "-b", "topic");
    life.commit("One", { "b.ts": "1\n" });
    life.commit("Two", { "c.ts": "2\n" });
    const ship = life.record(["--from", "HEAD~2"]);
    const kept = life.read(ship.path);
    // Rebased onto something else: another tree, the same patch.
    life.git("checkout", "-q", "-b", "other", "main");
    life.commit("Elsewhere", { "z.ts": "1\n" });
    life.git("rm", "-rq", "--cached", "--ignore-unmatch", "notes");
    life.git("commit", "-q", "--amend", "-m", "Elsewhere");
    life.git("cherry-pick", "topic~1", "topic");
    life.git("branch", "-q", "-D", "topic", "main");
    expect(life.read(ship.path)).toBe(kept);
    const { status, findings } = verify(life);
    expect({ status, findings }).toMatchObject({ status: 0, findings: [{ code: "rewritten", record: ship.id, mend: `shipnote record --id ${ship.id} --relink` }] });
    expect(life.call(["verify"]).stdout).toContain("1 record checked: 1 rewritten, which is no failure\n");
  });

  it("is rewritten in a clone that never had the old commits", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    life.commit("One", { "b.ts": "1\n" });
    const ship = life.record(["--from", "HEAD~1"]);
    life.git("commit", "-q", "--amend", "-m", "One, said better");
    life.commitNotes();
    const there = cloned(life.directory);
    expect(verify(there)).toMatchObject({ status: 0, findings: [{ code: "rewritten", record: ship.id }] });
    there.edit(ship.data, '"path": "b.ts"', '"path": "c.ts"');
    expect(verify(there).findings.map(({ code }) => code)).toContain("does-not-follow");
  });

  it("is rewritten where all of it was, the beginnings as well", () => {
    const life = shipped();
    execFileSync("git", ["filter-branch", "--msg-filter", "sed s/Base/Start/", "HEAD"], {
      cwd: life.directory, env: { ...fixtureEnvironment(0), FILTER_BRANCH_SQUELCH_WARNING: "1" }, stdio: "ignore",
    });
    for (const each of [life, cloned(life.directory)]) {
      const { status, findings } = verify(each);
      expect({ status, codes: findings.map(({ code }) => code) }).toEqual({ status: 0, codes: ["rewritten", "rewritten", "rewritten"] });
    }
  });

  it("does not follow where the commits are gone for good", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    life.commit("One", { "b.ts": "1\n" });
    const ship = life.record(["--from", "HEAD~1"]);
    life.git("reset", "-q", "--hard", "HEAD~1");
    life.commit("Other", { "q.ts": "1\n" });
    expect(verify(life)).toMatchObject({ status: 1, findings: [{ code: "does-not-follow", record: ship.id }] });
  });
});

describe("a clone that lacks something", () => {
  it("asks for the history that the records speak of, and needs none from before --since", () => {
    const life = shipped();
    expect(cloned(life.directory, "--depth=1").refused(["verify"])).toMatchObject({ status: 3, code: "history-missing" });
    const clone = cloned(life.directory, "--depth=3");
    expect(clone.refused(["verify"])).toMatchObject({ status: 3, code: "history-missing" });
    expect(verify(clone, "--since", "origin/main")).toMatchObject({ status: 0, findings: [], records: 0 });
    clone.commit("Here", { "b.ts": "1\n" });
    clone.record();
    clone.commitNotes();
    expect(verify(clone, "--since", "HEAD~2")).toMatchObject({ status: 0, findings: [], records: 1 });
    expect(verify(clone, "--since", "origin/main")).toMatchObject({ status: 0, findings: [], records: 1 });
    // A record of old that is changed since is looked at, and so needs its history.
    clone.edit("notes/2024/2024-03-04-one.md", "verdict: not-measured", "verdict: improved");
    expect(clone.refused(["verify", "--since", "origin/main"])).toMatchObject({ status: 3, code: "history-missing" });
  });

  it("asks for trees, by a command that fetches them", () => {
    const life = shipped();
    const clone = cloned(life.directory, "--filter=tree:0");
    const refused = clone.refused(["verify"]);
    expect(refused).toMatchObject({ status: 3, code: "history-missing" });
    const [, command = ""] = /`git ([^`]+)`/.exec(refused.expected) ?? [];
    clone.git(...command.split(" "));
    expect(verify(clone)).toMatchObject({ status: 0, findings: [], records: 3 });
  });
});

describe("notes in another folder than before", () => {
  function moved(life: Life): void {
    life.write("shipnote.config.yaml", "notes: docs/notes\n");
    life.git("add", "shipnote.config.yaml");
    mkdirSync(join(life.directory, "docs"));
    life.git("mv", "notes", "docs/notes");
  }

  it("were notes then, too", () => {
    const life = shipped();
    moved(life);
    expect(verify(life)).toMatchObject({ status: 0, findings: [], records: 3 });
    life.commit("Move the notes");
    expect(verify(life)).toMatchObject({ status: 0, findings: [], records: 3 });
    life.commit("Four", { "a.ts": "4\n" });
    life.record();
    life.git("add", "docs");
    life.commit("Note the ship");
    expect(verify(life)).toMatchObject({ status: 0, findings: [], records: 4 });
    life.edit("docs/notes/2024/2024-03-04-two/record.json", '"path": "Two.ts"', '"path": "Too.ts"');
    expect(told(verify(life))).toContain("does-not-follow: files[0].path: Too.ts does not differ between the ends of the range");
  });

  it("need no records of their own", () => {
    const life = shipped();
    const remote = makeFolder();
    execFileSync("git", ["init", "-q", "--bare", "-b", "main", remote]);
    life.git("remote", "add", "origin", remote);
    life.git("push", "-q", "-u", "origin", "main");
    life.git("remote", "set-head", "origin", "main");
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    moved(life);
    life.commit("Move the notes");
    life.git("push", "-q");
    // The configuration is no note: that commit ships something.
    expect(told(verify(life))).toEqual([expect.stringMatching(/^missing: .*: 1 commit of main, .* \(Move the notes\)$/)]);
  });
});
