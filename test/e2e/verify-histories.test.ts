import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, removeAll } from "./life.ts";
import { branched, cloned, codes, pushed, squashed, verify, whole } from "./verify-life.ts";

/* Histories as honest teams make them: squashed, rebased and fetched. None of them fails. */

afterAll(removeAll);

describe("a branch whose commits became others", () => {
  const changes = [{ "a.ts": "one\n2\n3\n4\n5\n6\n7\n8\nnine\n" }, { "f.ts": "1\n" }] as const;
  const ways: readonly (readonly [string, (life: Life) => void])[] = [
    ["squashed", (life) => squashed(life, "feat")],
    ["rebased", (life) => {
      life.git("rebase", "-q", "main");
      life.git("checkout", "-q", "main");
      life.git("merge", "-q", "--ff-only", "feat");
    }],
    ["cherry-picked", (life) => {
      life.git("checkout", "-q", "main");
      life.git("cherry-pick", "main..feat");
    }],
  ];

  it.each(ways)("is rewritten where it was %s onto a main that had moved on, here and in a clone that never had them", (_name, land) => {
    const { life, remote } = pushed();
    const id = branched(life, "feat", ...changes);
    life.git("checkout", "-q", "main");
    // The same file, elsewhere: the patch is the same, the file's size is not.
    life.commit("Meanwhile", { "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\n9 and more\n".replace("9", "nine") });
    life.record();
    life.commitNotes();
    life.git("checkout", "-q", "feat");
    land(life);
    life.git("push", "-q");
    const rewritten = { status: 0, findings: [{ code: "rewritten", record: id, mend: `shipnote record --id ${id} --relink` }] };
    // The branch is still there, then at the remote alone, then as this clone saw it last, then nowhere.
    expect(verify(life)).toMatchObject(rewritten);
    life.git("push", "-q", "origin", "feat");
    life.git("branch", "-q", "-D", "feat");
    expect(verify(life)).toMatchObject(rewritten);
    expect(verify(cloned(remote))).toMatchObject(rewritten);
    execFileSync("git", ["branch", "-q", "-D", "feat"], { cwd: remote });
    expect(verify(life)).toMatchObject(rewritten);
    life.git("fetch", "-q", "--prune");
    expect(verify(life)).toMatchObject(rewritten);
    const clone = cloned(remote);
    expect(verify(clone)).toMatchObject(rewritten);
    const partial = cloned(remote, "--filter=blob:none");
    const refused = partial.refused(["verify"]);
    expect(refused).toMatchObject({ status: 3, code: "history-missing" });
    partial.git(...(/`git ([^`]+)`/.exec(refused.expected)?.[1] ?? "").split(" "));
    expect(verify(partial)).toMatchObject(rewritten);
    // What the record says still has to follow.
    const facts = `notes/2024/${id}/record.json`;
    clone.edit(facts, /"added": 2/, '"added": 3');
    expect(codes(verify(clone))).toContain(`does-not-follow ${id}`);
  });

  it("hides no ship below it", () => {
    const { life, remote } = pushed();
    life.commit("Unrecorded", { "b.ts": "2\n" });
    life.git("push", "-q");
    const id = branched(life, "feat", { "f.ts": "1\n" });
    squashed(life, "feat");
    life.git("push", "-q");
    life.git("branch", "-q", "-D", "feat");
    expect(codes(verify(life))).toEqual([`rewritten ${id}`, "missing"]);
    expect(codes(verify(cloned(remote)))).toEqual([`rewritten ${id}`, "missing"]);
    life.commit("Unrecorded on top", { "b.ts": "3\n" });
    life.git("push", "-q");
    const { findings } = verify(life);
    expect(codes({ findings })).toEqual([`rewritten ${id}`, "missing", "missing"]);
    // What is on top follows the squashed ship; what is below it, the first.
    expect(findings.slice(1).map(({ path, message }) => `${path ?? ""} ${message}`)).toEqual([expect.stringContaining(id), expect.stringContaining("-first")]);
  });

  it("is relinked by the command that is offered, another ship on top of it or not", () => {
    const { life } = pushed();
    const ids = ["1", "2"].map((name) => {
      if (name === "1") life.git("checkout", "-q", "-b", "feat");
      life.commit(`Begin ${name}`, { [`f${name}.ts`]: "1\n" });
      life.commit(`End ${name}`, { [`f${name}.ts`]: "2\n" });
      const { id } = life.record(["--from", "HEAD~2"]);
      life.commitNotes();
      return id;
    });
    life.git("checkout", "-q", "main");
    life.commit("Meanwhile", { "b.ts": "2\n" });
    life.record();
    life.commitNotes();
    life.git("rebase", "-q", "main", "feat");
    life.git("checkout", "-q", "main");
    life.git("merge", "-q", "--ff-only", "feat");
    life.git("push", "-q");
    const { status, findings } = verify(life);
    expect({ status, codes: codes({ findings }).sort() }).toEqual({ status: 0, codes: ids.map((id) => `rewritten ${id}`) });
    for (const { mend } of findings) expect(life.call([...mend.split(" ").slice(1), "--yes"])).toMatchObject({ status: 0 });
    expect(verify(life)).toMatchObject(whole);
  });

  it("is found however many there are", () => {
    const { life, remote } = pushed();
    const branches = Array.from({ length: 17 }, (_, place) => `feat-${place + 1}`);
    for (const branch of branches) {
      life.git("checkout", "-q", "main");
      branched(life, branch, { [`${branch}.ts`]: "1\n" });
    }
    for (const branch of branches) squashed(life, branch);
    life.git("push", "-q");
    life.git("branch", "-q", "-D", ...branches);
    for (const { status, findings } of [verify(life), verify(cloned(remote))]) {
      expect({ status, count: findings.length, codes: [...new Set(findings.map(({ code }) => code))] }).toEqual({ status: 0, count: 17, codes: ["rewritten"] });
    }
  }, 60_000);

  it("is nothing that is in main already", () => {
    const { life } = pushed();
    // The same patch once more, after it was reverted: a new ship, which needs a record of its own.
    life.git("revert", "--no-edit", "HEAD~1");
    life.record();
    life.commitNotes();
    life.git("revert", "--no-edit", "HEAD~1");
    life.git("push", "-q");
    expect(codes(verify(life))).toEqual(["missing"]);
  });
});

describe("a checkout behind what ships", () => {
  it("counts the records that it does not have yet", () => {
    const { life, remote } = pushed();
    const colleague = cloned(remote);
    colleague.commit("New ship", { "n.ts": "1\n" });
    colleague.git("push", "-q");
    colleague.record();
    colleague.commitNotes();
    colleague.git("push", "-q");
    expect(verify(colleague)).toMatchObject(whole);
    life.git("checkout", "-q", "-b", "topic");
    life.commit("Topic", { "t.ts": "1\n" });
    expect(verify(life)).toMatchObject(whole);
    life.git("fetch", "-q");
    expect(verify(life)).toMatchObject({ ...whole, records: 1 });
    expect(verify(life, "--since", "origin/main")).toMatchObject(whole);
    colleague.git("checkout", "-q", "--detach", "HEAD~2");
    expect(verify(colleague)).toMatchObject(whole);
    // What nobody recorded is told of on a branch as well.
    colleague.git("checkout", "-q", "main");
    colleague.commit("Unrecorded", { "n.ts": "2\n" });
    colleague.git("push", "-q");
    life.git("fetch", "-q");
    expect(codes(verify(life))).toEqual(["missing"]);
  });

  it("knows its own ship by its patch where main has squashed it", () => {
    const { life, remote } = pushed();
    branched(life, "feat", { "f.ts": "1\n" }, { "f.ts": "2\n" });
    life.git("push", "-q", "origin", "feat");
    const colleague = cloned(remote);
    colleague.commit("Meanwhile", { "b.ts": "2\n" });
    colleague.record();
    colleague.commitNotes();
    squashed(colleague, "origin/feat");
    colleague.git("push", "-q");
    life.git("fetch", "-q");
    expect(verify(life)).toMatchObject(whole);
  });
});
