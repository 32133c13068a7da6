import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeLife, recordSays, removeAll, type Written } from "./life.ts";

afterAll(removeAll);

/** A base, and a ship of two commits on it that is recorded; the record is committed. */
function shipped(): Life & { base: string; one: string; two: string; ship: Written } {
  const life = makeLife();
  const base = life.commit("Base", { "base.txt": "1\n" });
  life.git("tag", "v1");
  const one = life.commit("One", { "a.txt": "1\n" });
  const two = life.commit("Two", { "b.txt": "1\n" });
  const ship = life.record();
  life.commitNotes();
  return { ...life, base, one, two, ship };
}

/** Lets go of all that no branch holds, as a clone never had it. */
function forget(life: Life): void {
  life.git("reflog", "expire", "--expire=now", "--all");
  life.git("gc", "-q", "--prune=now");
}

describe("history that moves", () => {
  it.each<[string, (life: ReturnType<typeof shipped>) => void, (life: ReturnType<typeof shipped>) => string[]]>([
    ["a squash of ship and notes", ({ git, base }) => {
      git("reset", "-q", "--soft", base);
      git("commit", "-q", "-m", "Squashed");
    }, ({ git }) => [git("rev-parse", "HEAD")]],
    ["reworded commits", ({ git, base }) => {
      git("-c", "sequence.editor=true", "-c", "core.editor=sed -i s/^/Reworded:/", "rebase", "-q", "--force-rebase", "--exec", "git commit -q --amend -m reworded --author='Lin Berg <lin@example.org>'", base);
    }, ({ git }) => [git("rev-parse", "HEAD~1"), git("rev-parse", "HEAD~2")]],
  ])("%s loses no record, and --relink writes the new shas", (_what, move, now) => {
    const life = shipped();
    move(life);
    const commits = now(life);
    expect(life.record()).toMatchObject({ status: "unchanged", id: life.ship.id, record: { range: { to: life.two } } });
    forget(life);
    expect(life.refused(["record", "--yes"])).toMatchObject({
      status: 3, code: "history-missing", expected: expect.stringContaining(`record --id ${life.ship.id} --relink`),
    });
    const relinked = life.record(["--relink"]);
    expect(relinked).toMatchObject({ status: "written", id: life.ship.id });
    const { range, recordedAt, shippedAt } = relinked.record;
    expect(range).toMatchObject({ from: life.base, to: commits[0], source: "tag", toTree: life.ship.record.range?.toTree, patchId: life.ship.record.range?.patchId });
    expect({ recordedAt, shippedAt }).toEqual({ recordedAt: life.ship.record.recordedAt, shippedAt: life.ship.record.shippedAt });
    expect(recordSays(relinked)).toEqual({ commits: [...commits].sort(), files: ["a.txt", "b.txt"] });
    expect(life.read(relinked.path)).toContain(commits[0]?.slice(0, 7));
    expect(life.read(relinked.path)).not.toContain(life.two.slice(0, 7));
    expect(life.record()).toMatchObject({ status: "unchanged", id: life.ship.id });
  });

  it("a rebase on another base is known by its patch, once the range is known", () => {
    const life = shipped();
    life.git("switch", "-q", "--detach", life.base);
    const base = life.commit("Base, again", { "base.txt": "2\n" });
    life.git("tag", "-f", "v1");
    life.git("rebase", "-q", "--onto", base, life.base, "main");
    const to = life.git("rev-parse", "HEAD~1");
    expect(to).not.toBe(life.two);
    expect(life.record()).toMatchObject({ status: "unchanged", id: life.ship.id });
    forget(life);
    expect(life.refused(["record", "--yes"]).expected).toContain(`record --id ${life.ship.id} --relink`);
    const relinked = life.record(["--id", life.ship.id, "--relink"]);
    expect(relinked).toMatchObject({ status: "written", id: life.ship.id, record: { range: { to, patchId: life.ship.record.range?.patchId } } });
    expect(relinked.record.range?.toTree).not.toBe(life.ship.record.range?.toTree);
    expect(relinked.record.commits.map(({ sha }) => sha)).toEqual([to, life.git("rev-parse", "HEAD~2")]);
  });

  it("a force push of other work is a ship of its own, from what both have", () => {
    const life = shipped();
    const keep = life.git("rev-parse", "HEAD:notes");
    life.git("reset", "-q", "--hard", life.base);
    const other = life.commit("Other", { "c.txt": "1\n" });
    life.git("read-tree", "--prefix=notes/", "-u", keep);
    life.commitNotes();
    const next = life.record();
    expect(next.id).not.toBe(life.ship.id);
    expect(next.record.range).toMatchObject({ from: life.base, to: other });
    expect(recordSays(next)).toEqual({ commits: [other], files: ["c.txt"] });
    expect(life.refused(["record", "--yes", "--id", life.ship.id, "--relink"])).toMatchObject({ status: 2, code: "revision-unknown" });
  });

  it("the same patch landed again later is a new ship", () => {
    const life = shipped();
    life.git("revert", "--no-edit", life.two);
    const undone = life.record();
    expect(undone.record).toMatchObject({ remediates: life.ship.id, range: { from: life.two } });
    life.commitNotes();
    const again = life.commit("Two", { "b.txt": "1\n" });
    const next = life.record();
    expect([life.ship.id, undone.id]).not.toContain(next.id);
    expect(next.record.range).toMatchObject({ from: undone.record.range?.to, to: again });
  });

  it("the next ship after a squash begins where the squashed one ends now", () => {
    const life = shipped();
    life.git("reset", "-q", "--soft", life.base);
    life.git("commit", "-q", "-m", "Squashed");
    const squashed = life.git("rev-parse", "HEAD");
    const three = life.commit("Three", { "c.txt": "1\n" });
    const next = life.record();
    expect(next.record.range).toMatchObject({ from: squashed, to: three, source: "previous-record" });
    expect(recordSays(next)).toEqual({ commits: [three], files: ["c.txt"] });
  });
});

describe("its own notes are no ship", () => {
  it("commits of notes alone leave nothing to record, on top of the ship and from it on", () => {
    const life = shipped();
    life.write("notes/README.md", "# Ours\n");
    life.write("notes/runbooks/deploy.md", "# Deploy\n");
    life.commitNotes();
    expect(life.record()).toMatchObject({ status: "unchanged", id: life.ship.id, record: { range: { to: life.two } } });
    expect(life.record(["--env", "staging", "--from", life.two])).toMatchObject({ status: "nothing" });
    expect(life.call(["record", "--yes", "--env", "staging", "--from", life.two]).stdout).toMatch(/^nothing to record/);
  });

  it("a guide in the notes folder is an ordinary file", () => {
    const life = shipped();
    life.write("notes/guides/deploying.md", "# How\n");
    const guide = life.commitNotes();
    const next = life.record();
    expect(recordSays(next)).toEqual({ commits: [guide], files: ["notes/guides/deploying.md"] });
  });

  it("a commit with notes and code counts for its code; an empty commit stays", () => {
    const life = shipped();
    const both = life.commit("Both", { "c.txt": "1\n", "notes/2024/2024-03-04-by-hand.md": "# By hand\n" });
    const empty = life.commit("Nothing, on purpose");
    const next = life.record();
    expect(recordSays(next)).toEqual({ commits: [both, empty].sort(), files: ["c.txt"] });
    expect(next.record.rollback.commands.join("\n")).toMatch(/git diff --binary --full-index --no-renames .*exclude/);
    expect(next.record.range?.toTree).toBe(treeWithoutNotes(life));
  });

  it("a merge of notes alone is left out, one that brings code as well is not", () => {
    const life = shipped();
    life.git("switch", "-q", "-c", "notes-only");
    life.write("notes/README.md", "# Ours\n");
    life.commitNotes();
    life.git("switch", "-q", "main");
    life.git("merge", "-q", "--no-ff", "-m", "Merge notes", "notes-only");
    expect(life.record()).toMatchObject({ status: "unchanged", id: life.ship.id });
    life.git("switch", "-q", "-c", "topic");
    life.write("notes/runbooks/deploy.md", "# Deploy\n");
    life.commitNotes();
    const code = life.commit("Code", { "c.txt": "1\n" });
    life.git("switch", "-q", "main");
    life.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    const next = life.record();
    expect(recordSays(next)).toEqual({ commits: [code, life.git("rev-parse", "HEAD")].sort(), files: ["c.txt"] });
  });

  it("another folder of notes is what the configuration says", () => {
    const life = makeLife();
    life.commit("Base", { "shipnote.config.yaml": "notes: docs/ships\n" });
    const one = life.commit("One", { "notes/2024/2024-03-04-x.md": "not ours here\n" });
    const ship = life.record();
    expect(ship.path).toBe("docs/ships/2024/2024-03-04-one.md");
    expect(recordSays(ship)).toEqual({ commits: [one], files: ["notes/2024/2024-03-04-x.md"] });
    life.commit("Note it");
    expect(life.record()).toMatchObject({ status: "unchanged", id: ship.id });
  });
});

/** The tree of HEAD as git would write it without the notes. */
function treeWithoutNotes({ git }: Life): string {
  git("read-tree", "HEAD");
  git("rm", "-r", "-q", "--cached", "notes");
  const tree = git("write-tree");
  git("read-tree", "HEAD");
  return tree;
}
