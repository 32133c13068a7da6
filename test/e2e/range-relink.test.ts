import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeLife, recordSays, removeAll, type Written } from "./life.ts";

afterAll(removeAll);

/** A ship of two commits that is recorded, with words and a measurement; its last commit is amended with other content, and the notes come again on top. */
function amended(): Life & { base: string; one: string; old: string; now: string; ship: Written } {
  const life = makeLife();
  const base = life.commit("Base", { "base.txt": "1\n" });
  life.git("tag", "v1");
  const one = life.commit("One", { "a.txt": "1\n" });
  const old = life.commit("Two", { "b.txt": "1\n" });
  const ship = life.record(["--reason", "It was slow.", "--command", "make deploy"]);
  const noted = life.commitNotes();
  life.git("reset", "-q", "--hard", old);
  life.write("b.txt", "2\n");
  life.write("c.txt", "1\n");
  life.git("add", "-A");
  life.git("commit", "-q", "--amend", "-m", "Two, without the leak");
  const now = life.git("rev-parse", "HEAD");
  life.git("cherry-pick", noted);
  return { ...life, base, one, old, now, ship };
}

function forget(life: Life): void {
  life.git("reflog", "expire", "--expire=now", "--all");
  life.git("gc", "-q", "--prune=now");
}

interface Told {
  findings: { code: string; record: string; message: string; mend: string }[];
}

const told = (life: Life): Told["findings"] => (JSON.parse(life.call(["verify", "--json"]).stdout) as Told).findings;

describe("a ship whose commits were replaced by others", () => {
  it.each([["are still around", false], ["are gone", true]])("is what --to says it is now, whether the old ones %s", (_how, isForgotten) => {
    const life = amended();
    if (isForgotten) forget(life);
    const { id } = life.ship;
    expect(told(life)).toEqual(expect.arrayContaining([expect.objectContaining({ code: "does-not-follow", record: id })]));
    // Asked for without a word of what it is now, it names what was authored at the same time.
    const { status, code, expected } = life.refused(["record", "--yes", "--id", id, "--relink"]);
    expect({ status, code }).toEqual({ status: 2, code: "revision-unknown" });
    expect(expected).toContain(`shipnote record --id ${id} --relink --to ${life.now.slice(0, 12)}\``);
    const relinked = life.record(["--id", id, "--relink", "--to", life.now]);
    expect(relinked).toMatchObject({ status: "written", id, record: { range: { from: life.base, to: life.now, source: "flag" }, recordedAt: life.ship.record.recordedAt, shippedAt: life.ship.record.shippedAt } });
    expect(recordSays(relinked)).toEqual({ commits: [life.one, life.now].sort(), files: ["a.txt", "b.txt", "c.txt"] });
    expect(relinked.record.commands).toEqual(life.ship.record.commands);
    expect(life.read(relinked.path)).toContain("It was slow.");
    expect(life.read(relinked.path)).not.toContain(life.old.slice(0, 7));
    life.commitNotes();
    expect(told(life)).toEqual([]);
    expect(life.call(["verify"]).status).toBe(0);
    expect(life.record()).toMatchObject({ status: "unchanged", id });
    // What it is now is what it stays: there is nothing to relink any more.
    expect(life.record(["--id", id, "--relink", "--to", "HEAD"])).toMatchObject({ status: "unchanged" });
    expect(life.refused(["record", "--yes", "--id", id, "--relink", "--to", "HEAD", "--from", life.one])).toMatchObject({ status: 2, code: "usage" });
  });

  it("is what verify's mend says that people have to say", () => {
    const life = amended();
    forget(life);
    const { id } = life.ship;
    expect(told(life).map(({ code, record, mend }) => ({ code, record, mend }))).toEqual(
      told(life).map(() => ({ code: "does-not-follow", record: id, mend: `shipnote record --id ${id} --relink --to REV` })),
    );
  });

  it("keeps what was measured, also with a beginning of its own", () => {
    const life = amended();
    const bench = (seconds: number): string => JSON.stringify({ results: [{ command: "sort", times: [seconds, seconds, seconds], mean: seconds }] });
    life.write(".git/before.json", bench(0.4));
    life.write(".git/after.json", bench(0.2));
    const measured = life.record(["--id", life.ship.id, "--before", "sort=.git/before.json", "--after", "sort=.git/after.json"]);
    expect(measured.record.metrics.length).toBeGreaterThan(0);
    const relinked = life.record(["--id", life.ship.id, "--relink", "--from", life.one, "--to", life.now]);
    expect(relinked.record.metrics).toEqual(measured.record.metrics);
    expect(relinked.record.range).toMatchObject({ from: life.one, to: life.now });
    expect(recordSays(relinked)).toEqual({ commits: [life.now], files: ["b.txt", "c.txt"] });
    life.commitNotes();
    expect(told(life)).toEqual([]);
    expect(life.refused(["record", "--yes", "--id", life.ship.id, "--relink", "--from", life.now, "--to", life.one])).toMatchObject({ status: 2, code: "range-diverged" });
  });

  it("goes on where the ship before it was rewritten as well", () => {
    const life = makeLife();
    life.commit("Base", { "base.txt": "1\n" });
    life.git("tag", "v1");
    life.commit("One", { "a.txt": "1\n" });
    const first = life.record();
    life.commitNotes();
    life.commit("Two", { "b.txt": "1\n" });
    const second = life.record();
    const noted = life.commitNotes();
    life.git("reset", "-q", "--hard", "HEAD~3");
    life.git("commit", "-q", "--amend", "-m", "One, in other words");
    const one = life.git("rev-parse", "HEAD");
    life.git("checkout", "-q", noted, "--", "notes");
    life.git("commit", "-q", "-m", "Note the ships");
    const two = life.commit("Two, otherwise", { "b.txt": "2\n" });
    const relinked = life.record(["--id", second.id, "--relink", "--to", two]);
    expect(relinked.record.range).toMatchObject({ from: one, to: two });
    expect(recordSays(relinked)).toEqual({ commits: [two], files: ["b.txt"] });
    life.record(["--id", first.id, "--relink"]);
    life.commitNotes();
    expect(told(life)).toEqual([]);
  });

  it("takes no beginning for granted that is nowhere below", () => {
    const life = makeLife();
    life.commit("Base", { "base.txt": "1\n" });
    const one = life.commit("One", { "a.txt": "1\n" });
    life.commit("Two", { "b.txt": "1\n" });
    const { id } = life.record(["--from", one]);
    const noted = life.commitNotes();
    life.git("reset", "-q", "--hard", "HEAD~3");
    const other = life.commit("One, otherwise", { "a.txt": "2\n" });
    const now = life.commit("Two, otherwise", { "b.txt": "2\n" });
    life.git("checkout", "-q", noted, "--", "notes");
    const asked = ["record", "--yes", "--id", id, "--relink", "--to", now];
    expect(life.refused(asked)).toMatchObject({ status: 2, code: "usage", expected: expect.stringContaining("--from REV") });
    expect(life.record([...asked.slice(2), "--from", other]).record.range).toMatchObject({ from: other, to: now });
  });

  it("is said to be recorded where another record has the new commits; forced, doctor joins the two", () => {
    const life = amended();
    const again = life.record();
    expect(again.id).not.toBe(life.ship.id);
    life.commitNotes();
    const asked = ["--id", life.ship.id, "--relink", "--to", life.now];
    expect(life.refused(["record", "--yes", ...asked])).toMatchObject({ status: 2, code: "range-overlaps", expected: expect.stringContaining("shipnote doctor --fix") });
    life.record([...asked, "--force"]);
    life.call(["doctor", "--fix"]);
    life.commit("Join the two");
    expect(life.call(["list"]).stdout.trim().split("\n").filter((line) => line.includes("2024-"))).toHaveLength(1);
    expect(told(life)).toEqual([]);
  });
});
