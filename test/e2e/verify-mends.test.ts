import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeLife, removeAll, writtenSo } from "./life.ts";
import { change, mend, shipped, type Shipped, told, verify } from "./verify-rig.ts";

/* That each mend that is named does mend, and that none does harm. */

afterAll(removeAll);

describe("files that are damaged or gone", () => {
  const marker = "<!-- /shipnote:changes -->\n";
  it.each([
    ["record.json, cut", ({ life, facts }: Shipped) => life.write(facts, life.read(facts).slice(0, 300))],
    ["record.json, gone", ({ life, facts }: Shipped) => rmSync(join(life.directory, facts))],
    ["its folder, gone", ({ life, ship }: Shipped) => rmSync(join(life.directory, "notes/2024", ship.id), { recursive: true })],
    ["the markdown, gone", ({ life, markdown }: Shipped) => rmSync(join(life.directory, markdown))],
    ["the markdown, not UTF-8", ({ life, markdown }: Shipped) => life.write(markdown, Buffer.from([0xff, 0xfe]))],
    ["a marker", ({ life, markdown }: Shipped) => life.edit(markdown, marker, "")],
    ["a fence", ({ life, markdown }: Shipped) => life.edit(markdown, "---\n", "--\n")],
    ["a region", ({ life, markdown }: Shipped) => life.edit(markdown, "Sort names", "Sort games")],
    ["a value of the front matter", ({ life, markdown }: Shipped) => life.edit(markdown, "owner:", "owner2:")],
    ["the heading", ({ life, markdown }: Shipped) => life.edit(markdown, /^# .*$/m, "# Another")],
    ["a plot", ({ life, plot }: Shipped) => life.edit(plot, "<path", "<paths")],
    ["another year's folder", ({ life, ship }: Shipped) => {
      life.write("notes/2023/README.md", "");
      for (const name of [ship.id, `${ship.id}.md`]) renameSync(join(life.directory, "notes/2024", name), join(life.directory, "notes/2023", name));
      rmSync(join(life.directory, "notes/2024"), { recursive: true });
    }],
  ] as const)("%s: its mend mends", (_name, by) => {
    const made = shipped();
    by(made);
    const found = verify(made.life);
    expect(found.status).toBe(1);
    expect(new Set(found.findings.map(({ record }) => record))).toEqual(new Set([made.ship.id]));
    mend(made.life, found.findings);
    expect(verify(made.life)).toMatchObject({ status: 0, findings: [] });
    expect(made.life.read(made.markdown)).toContain("It was slow.");
  });

  it("are not taken back over words that were written since", () => {
    const { life, markdown } = shipped();
    life.edit(markdown, "It was slow.", "It was slow, on Mondays.");
    life.edit(markdown, marker, "");
    expect(verify(life).findings.map((finding) => finding.mend)).toEqual([`git diff HEAD -- ${markdown}`]);
  });

  it("by a newer shipnote are for a newer one", () => {
    const { life, facts } = shipped();
    life.edit(facts, '"version": 1', '"version": 2');
    expect(verify(life).findings).toMatchObject([{ code: "invalid", path: facts, mend: "npm install --global shipnote@latest" }]);
  });

  it("in another year's folder are told of once, committed or not", () => {
    const { life, ship } = shipped();
    life.git("mv", `notes/2024`, "notes/2023");
    expect(told(verify(life))).toEqual([`invalid notes/2023/${ship.id}`]);
    life.git("commit", "-qm", "Move");
    expect(told(verify(life))).toEqual([`invalid notes/2023/${ship.id}`]);
    expect(told(verify(life, "--since", "HEAD~1"))).toEqual([`invalid notes/2023/${ship.id}`]);
  });
});

describe("a mend that is pasted as it stands", () => {
  const config = "policy: { production: { require: [reason, expected, rollback, review, backup] } }\n";

  it("writes down no placeholder", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n", "shipnote.config.yaml": config });
    life.commit("One", { "a.ts": "2\n" });
    const { id } = life.record(["--from", "HEAD~1"]);
    const { findings } = verify(life);
    expect(findings.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => "against-policy"));
    for (const finding of findings) {
      const args = finding.mend.replaceAll("'", "").split(" ").slice(1);
      expect(life.refused([...args, "--yes"])).toMatchObject({ status: 2, code: "value-invalid" });
    }
    life.record(["--id", id, "--reason", "It was slow.", "--expected", "Fast.", "--rollback", "Revert.", "--approved-by", "Bo", "--exception", "backup=Nothing to lose."]);
    expect(verify(life).status).toBe(0);
  });

  it("counts for nothing where one was written down all the same", () => {
    const made = shipped(config);
    made.life.record(["--id", made.ship.id, "--expected", "Fast.", "--rollback", "Revert.", "--exception", "backup=Nothing to lose."]);
    expect(verify(made.life).status).toBe(0);
    made.life.edit(made.markdown, "It was slow.", "…");
    change(made, (record) => {
      record.exceptions = [{ rule: "backup", reason: "…" }];
      record.approvals = [{ who: "WHO", source: "flag" }];
    });
    writtenSo(made.life, made.facts);
    expect(verify(made.life).findings.filter(({ code }) => code === "against-policy").map(({ message }) => /`(\w+)`/.exec(message)?.[1])).toEqual(["reason", "review", "backup"]);
  });
});
