import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, lifeAt, makeFolder, makeLife, removeAll, type Written, writtenSo } from "./life.ts";
import { mend, type Verified, verify } from "./verify-rig.ts";

/* Records that are gone: told of, unless their ship stands in another, is in no history, or their removal was meant. */

afterAll(removeAll);

const told = ({ findings }: Pick<Verified, "findings">): string[] => findings.map(({ code, record }) => `${code} ${record ?? "-"}`);

/** Three ships, each recorded, all committed, one commit apart. */
function three(): { life: Life; ships: [Written, Written, Written] } {
  const life = makeLife();
  life.commit("Base", { "a.ts": "0\n" });
  const ship = (name: string, text: string): Written => {
    life.commit(name, { "a.ts": text });
    const written = life.record(["--from", "HEAD~1"]);
    life.commitNotes();
    return written;
  };
  return { life, ships: [ship("One", "1\n"), ship("Two", "2\n"), ship("Three", "3\n")] };
}

function remove(life: Life, ...ships: readonly Written[]): void {
  life.git("rm", "-rq", ...ships.flatMap(({ id, path }) => [path, `notes/2024/${id}`]));
}

describe("a record that was deleted", () => {
  it.each([["the first", [0]], ["one between", [1]], ["the last", [2]], ["all but the last", [0, 1]], ["all", [0, 1, 2]]] as const)("%s, staged, committed and since", (_name, places) => {
    const { life, ships } = three();
    const before = life.git("rev-parse", "HEAD");
    const gone = ships.filter((_ship, at) => (places as readonly number[]).includes(at));
    const expected = gone.map(({ id }) => `missing ${id}`).sort();
    remove(life, ...gone);
    expect(told(verify(life)).sort()).toEqual(expected);
    expect(told(verify(life, "--since", "HEAD")).sort()).toEqual(expected);
    life.commit("Tidy up");
    for (const args of [[], ["--since", before], ["--since", "2024-03-04"]]) {
      const { status, findings } = verify(life, ...args);
      expect({ status, told: told({ findings }).sort() }).toEqual({ status: 1, told: expected });
    }
    expect(verify(life, "--since", "HEAD").status).toBe(0);
    expect(verify(life, "--since", "2024-03-05").status).toBe(0);
    const { findings } = verify(life);
    expect(findings[0]).toMatchObject({ mend: expect.stringContaining(`git checkout ${before.slice(0, 12)} -- notes/2024/`), message: expect.stringMatching(/deleted it \(Tidy up\)$/) });
    mend(life, findings);
    expect(verify(life)).toMatchObject({ status: 0, findings: [], records: 3 });
  });

  it("by its folder alone, or file after file", () => {
    const { life, ships: [one, two] } = three();
    const before = life.git("rev-parse", "HEAD");
    life.git("rm", "-rq", `notes/2024/${one.id}`);
    life.git("commit", "-qm", "Half");
    expect(told(verify(life))).toEqual([`incomplete ${one.id}`]);
    expect(told(verify(life, "--since", before))).toEqual([`incomplete ${one.id}`]);
    life.git("rm", "-q", two.path);
    life.git("commit", "-qm", "The other half");
    life.git("rm", "-rq", `notes/2024/${two.id}`);
    life.git("commit", "-qm", "And its facts");
    const { findings } = verify(life);
    expect(told({ findings }).sort()).toEqual([`incomplete ${one.id}`, `missing ${two.id}`]);
    mend(life, findings);
    // What was deleted before comes next.
    mend(life, verify(life).findings);
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
  });

  it("by a merge", () => {
    const { life, ships: [one, two] } = three();
    life.git("checkout", "-q", "-b", "side", "HEAD~2");
    life.commit("Aside", { "b.ts": "1\n" });
    life.git("checkout", "-q", "main");
    life.git("merge", "-q", "--no-commit", "side");
    remove(life, one, two);
    life.git("commit", "-qm", "Merge side");
    const { findings } = verify(life);
    expect(told({ findings }).filter((each) => !each.endsWith(" -")).sort()).toEqual([one, two].map(({ id }) => `missing ${id}`).sort());
    mend(life, findings.filter(({ record }) => record !== null));
    expect(verify(life).findings.filter(({ record }) => record !== null)).toEqual([]);
  });

  it("is no second time missing where it was pushed", () => {
    const { life, ships: [, two] } = three();
    const remote = makeFolder();
    execFileSync("git", ["init", "-q", "--bare", "-b", "main", remote]);
    life.git("remote", "add", "origin", remote);
    life.git("push", "-q", "-u", "origin", "main");
    life.git("remote", "set-head", "origin", "main");
    remove(life, two);
    life.commit("Tidy up");
    life.git("push", "-q");
    expect(told(verify(life))).toEqual([`missing ${two.id}`]);
    // A branch behind it has nothing to do with it.
    life.git("checkout", "-q", "-b", "topic", "HEAD~1");
    life.commit("On top", { "t.ts": "1\n" });
    expect(verify(life, "--since", "origin/main")).toMatchObject({ status: 0, findings: [] });
  });

  it("may be meant, and is listed", () => {
    const { life, ships: [, two, third] } = three();
    remove(life, two);
    life.commit(`Take a record back\n\nIt was no ship.\n\nRemoves-record: ${two.id}`);
    const { status, findings, exceptions } = verify(life);
    expect({ status, findings, exceptions }).toEqual({
      status: 0, findings: [], exceptions: [{ record: two.id, path: two.path, rule: "missing", reason: "its removal was meant: Take a record back" }],
    });
    remove(life, third);
    life.commit("And another");
    expect(told(verify(life))).toEqual([`missing ${third.id}`]);
    life.git("commit", "-q", "--allow-empty", "-m", "Say so later", "-m", `removes-record: ${third.id}`);
    expect(verify(life).status).toBe(0);
  });

  it("has not gone where it was put back, or never committed", () => {
    const { life, ships: [, two] } = three();
    remove(life, two);
    life.git("commit", "-qm", "Tidy up");
    life.git("revert", "--no-edit", "HEAD");
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    life.commit("Four", { "a.ts": "4\n" });
    const four = life.record();
    rmSync(join(life.directory, four.path));
    rmSync(join(life.directory, "notes/2024", four.id), { recursive: true });
    expect(verify(life).findings.filter(({ record }) => record !== null)).toEqual([]);
  });
});

describe("a record whose ship stands elsewhere", () => {
  it("was joined by doctor", () => {
    const { life, ships: [, , third] } = three();
    const other = `${third.id}-2`;
    life.write(`notes/2024/${other}.md`, life.read(third.path).replaceAll(third.id, other));
    life.write(`notes/2024/${other}/record.json`, JSON.stringify({ ...third.record, id: other, recordedAt: "2099-01-01T00:00:00Z" }));
    writtenSo(life, `notes/2024/${other}/record.json`);
    life.commitNotes();
    expect(life.call(["doctor", "--fix"]).stdout).toContain(`joined ${other} into ${third.id}`);
    life.commit("Join");
    expect(life.git("ls-files", "notes")).not.toContain(other);
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
  });

  it("was written anew with what came on top", () => {
    const { life, ships: [, two, third] } = three();
    remove(life, two, third);
    life.record(["--from", third.record.range?.from ?? "", "--to", third.record.range?.to ?? "", "--title", "Three, again"]);
    life.commit("Say it better");
    expect(told(verify(life))).toEqual([`missing ${two.id}`]);
    const whole = life.record(["--from", two.record.range?.from ?? "", "--to", third.record.range?.to ?? "", "--title", "Both", "--force"]);
    life.git("rm", "-rq", "--ignore-unmatch", ...life.git("ls-files", "notes").split("\n").filter((path) => path.includes("three-again")));
    life.commit("Both in one");
    expect(whole.record.commits).toHaveLength(2);
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
  });

  it("came back after a rollback: that is another ship", () => {
    const { life, ships: [, two, third] } = three();
    life.record(["--to", two.record.range?.to ?? "", "--title", "Back", "--at", "2024-03-05T09:00:00Z"]);
    life.commitNotes();
    const again = life.record(["--from", two.record.range?.to ?? "", "--to", third.record.range?.to ?? "", "--title", "Three once more", "--at", "2024-03-06T09:00:00Z"]);
    life.commitNotes();
    expect(again.record.range?.to).toBe(third.record.range?.to);
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    remove(life, third);
    life.commit("Hide it");
    expect(told(verify(life))).toContain(`missing ${third.id}`);
  });

  it("is of commits that are in no history any more", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    life.commit("One", { "b.ts": "1\n" });
    const one = life.record(["--from", "HEAD~1"]);
    const notes = life.commitNotes();
    life.git("reset", "-q", "--hard", "HEAD~2");
    life.commit("One, and more", { "b.ts": "2\n" });
    life.git("cherry-pick", notes);
    const again = life.record(["--from", "HEAD~2", "--to", "HEAD~1", "--force"]);
    remove(life, one);
    life.commit("Record what shipped");
    expect(again.id).not.toBe(one.id);
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    // Squashed it is in history all the same.
    life.git("checkout", "-q", "-b", "topic");
    life.commit("Two", { "c.ts": "1\n" });
    const two = life.record();
    life.commitNotes();
    life.git("checkout", "-q", "main");
    life.git("merge", "-q", "--squash", "topic");
    life.commit("Two (#2)");
    life.git("branch", "-q", "-D", "topic");
    expect(verify(life).findings.map(({ code }) => code)).toEqual(["rewritten"]);
    remove(life, two);
    life.commit("Hide it");
    expect(told(verify(life))).toContain(`missing ${two.id}`);
  });
});

describe("a sparse checkout without the notes", () => {
  it("cannot tell, and says so", () => {
    const { life } = three();
    const clone = makeFolder();
    execFileSync("git", ["clone", "-q", `file://${life.directory}`, clone]);
    const there = lifeAt(clone);
    expect(verify(there)).toMatchObject({ status: 0, records: 3 });
    there.git("sparse-checkout", "set", "--no-cone", "/*", "!/notes/");
    expect(there.refused(["verify"])).toMatchObject({ status: 3, code: "notes-sparse", expected: expect.stringContaining("git sparse-checkout add notes") });
    there.git("sparse-checkout", "set", "--no-cone", "/*");
    expect(verify(there)).toMatchObject({ status: 0, records: 3 });
    there.git("sparse-checkout", "set", "--no-cone", "/*", "!/a.ts");
    expect(verify(there)).toMatchObject({ status: 0, records: 3 });
  });
});
