import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { diagnosed, makeHealthy, type Told, typed } from "./doctor-rig.ts";
import { document } from "./tool.ts";
import { type Life, removeAll } from "./life.ts";

afterAll(removeAll);

const id = "2024-03-04-greet";
const page = `notes/2024/${id}.md`;
const facts = `notes/2024/${id}/record.json`;

/** A merge of two versions of one record. */
function clashed(edit: Readonly<Partial<Record<"ours" | "theirs", (life: Life) => void>>>): Life {
  const life = makeHealthy();
  const write = (side: "ours" | "theirs", words: string): void => {
    life.edit(page, "## Notes\n\n*Not written down.*", `## Notes\n\n${words}`);
    life.record(["--id", id, "--command", `make ${side}`]);
    edit[side]?.(life);
    life.commitNotes();
  };
  life.git("switch", "-q", "-c", "theirs");
  write("theirs", "Theirs saw a bird.");
  life.git("switch", "-q", "main");
  write("ours", "Ours saw a fish.");
  expect(() => execFileSync("git", ["merge", "-q", "-m", "Merge", "theirs"], { cwd: life.directory, env: fixtureEnvironment(1_709_700_000), stdio: "pipe" })).toThrow("Command failed");
  return life;
}

const byHand = (life: Life): void => life.edit(facts, /"title": "Greet"/, '"title": "Greet all"');
const inRegion = (life: Life): void => life.edit(page, "<!-- shipnote:changes -->\n", "<!-- shipnote:changes -->\n\nMine.\n");

/** What `doctor --fix --json` ends with, where the fix fails. */
function refused(life: Life): { status: number | null; stderr: string; clash: Told | undefined } {
  const answer = life.call(["doctor", "--fix", "--json"]);
  const { findings } = document(answer) as { findings: Told[] };
  return { status: answer.status, stderr: answer.stderr, clash: findings.find(({ code }) => code === "record-clash") };
}

describe("doctor --fix after a merge of two versions of one record", () => {
  it.each([["ours", "theirs"], ["theirs", "ours"]] as const)("does not join a record.json that was edited by hand in %s", (side, other) => {
    const life = clashed({ [side]: byHand });
    const before = [life.read(page), life.read(facts)];
    const { status, clash } = refused(life);
    expect([status, life.read(page), life.read(facts)]).toEqual([1, ...before]);
    expect(clash?.message).toContain(`${facts} of ${side} was edited by hand.`);
    expect(clash?.mend).toBe(`see to the file as shipnote wrote it, on its branch, and merge again; or take ${other} alone: git checkout --${other} -- ${page} notes/2024/${id}`);
    typed(life, /git checkout .*/.exec(clash?.mend ?? "")?.[0] ?? "false");
    typed(life, "git add --all notes && git commit -qm Merge && shipnote index");
    expect(diagnosed(life).findings).toEqual([]);
  });

  it("says what the fix needs, not to fix again, and names no flag that it does not have", () => {
    const life = clashed({ theirs: inRegion, ours: inRegion });
    const { status, clash, stderr } = refused(life);
    expect(status).toBe(1);
    expect(clash?.message).toContain(`${id} was edited by hand where shipnote writes: changes.`);
    expect(clash?.mend).toBe("see to people's words outside the regions (they stay there, always), in both versions");
    expect(`${stderr}${life.call(["doctor", "--fix"]).stdout}`).not.toContain("--f");
    expect(life.call(["doctor"]).stdout).toContain("mend: shipnote doctor --fix");
  });
});
