import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { codes, diagnosed, expectHealthy, makeHealthy, onlyFinding, typed } from "./doctor-rig.ts";
import { type Life, removeAll } from "./life.ts";

afterAll(removeAll);

const id = "2024-03-04-greet";
const page = `notes/2024/${id}.md`;
const folder = `notes/2024/${id}`;
const facts = `${folder}/record.json`;
const outcome = `${folder}/outcome.json`;
const whole = `${JSON.stringify({ version: 1, id, outcome: "ok", at: "2024-03-05T10:00:00Z", reason: null }, null, 2)}\n`;

const remove = (path: string) => (life: Life): void => rmSync(join(life.directory, path), { recursive: true });

/** With an outcome and words that nobody can write again. */
function told(): Life {
  const life = makeHealthy();
  life.write(outcome, whole);
  life.write(`${folder}/shot.png`, "shot");
  life.edit(page, "## Notes\n\n*Not written down.*", "## Notes\n\nA bird sang.");
  life.commitNotes();
  typed(life, "shipnote index && git add notes && git diff --cached --quiet || git commit -qm Index");
  expectHealthy(life);
  return life;
}

describe("doctor, of a record that is damaged", () => {
  const rows: [what: string, code: string, message: string, spoil: (life: Life) => void][] = [
    ["record.json gone", "record-incomplete", `${facts} is missing: only the text of ${id} is there.`, remove(facts)],
    ["its whole folder gone", "record-incomplete", `${facts} is missing: only the text of ${id} is there.`, remove(folder)],
    ["the markdown gone", "record-incomplete", `${page} is missing: only the facts of ${id} are there.`, remove(page)],
    ["record.json cut off", "record-unreadable", `${facts}: it ends too early to be JSON.`, (life) => life.write(facts, life.read(facts).slice(0, 500))],
    ["a part of record.json of another kind", "record-unreadable", `${facts}: \`owner\``, (life) => life.edit(facts, /"owner": \{[^}]*\}/, "\"owner\": 3")],
    ["an outcome that is none", "record-unreadable", `${outcome}: \`version\``, (life) => life.write(outcome, "{}")],
    ["an outcome that is no JSON", "record-unreadable", `${outcome}: it is no JSON.`, (life) => life.write(outcome, "{")],
    ["a marker gone", "markdown-damaged", `${page}: The markers of generated parts do not pair`, (life) => life.edit(page, "<!-- /shipnote:changes -->\n", "")],
    ["a marker misspelt", "markdown-damaged", `${page}: The markers of generated parts do not pair`, (life) => life.edit(page, "<!-- shipnote:changes -->", "<!-- shipnote:chages -->")],
    ["both markers of a part misspelt", "markdown-damaged", `${page}: A marker of the region \`changes\` is damaged.`, (life) => {
      life.edit(page, "<!-- shipnote:changes -->", "<!-- shipnote:changes . -->");
      life.edit(page, "<!-- /shipnote:changes -->", "");
    }],
    ["it in another year's folder", "record-misplaced", `notes/2020/${id} is of a record of 2024, and nothing reads it there.`, (life) => {
      mkdirSync(join(life.directory, "notes/2020"), { recursive: true });
      for (const path of [page, folder]) renameSync(join(life.directory, path), join(life.directory, path.replace("2024", "2020")));
    }],
    ["a fence of the front matter gone", "markdown-damaged", `${page}: The front matter has lost one of its \`---\` lines.`, (life) => life.edit(page, /^---\n/, "")],
  ];

  it.each(rows)("%s: tells, and its command mends it, committed or not", (_what, code, message, spoil) => {
    const life = told();
    for (const committed of [false, true]) {
      spoil(life);
      if (committed) {
        life.git("add", "--all");
        life.git("commit", "-qm", "Spoil it");
      }
      const finding = diagnosed(life).findings.find((one) => one.code === code);
      expect(finding?.message).toContain(message);
      expect(finding?.level).toBe("problem");
      typed(life, finding?.mend ?? "false");
      expect([life.read(page).includes("A bird sang."), life.read(outcome), life.read(`${folder}/shot.png`)]).toEqual([true, whole, "shot"]);
      if (committed) life.git("commit", "-qam", "Mend it");
      expectHealthy(life);
    }
  });

  it("takes no older text for one in which somebody has written since", () => {
    const life = told();
    life.edit(page, "A bird sang.", "A bird sang, and nobody has it committed.");
    life.edit(page, "<!-- /shipnote:changes -->\n", "");
    const before = life.read(page);
    const finding = onlyFinding(life, "markdown-damaged");
    expect(finding.mend).toMatch(/^git diff [0-9a-f]{12} -- \S+$/);
    typed(life, finding.mend);
    expect(life.read(page)).toBe(before);
  });

  it("writes anew what was never committed, and keeps what was there", () => {
    const life = makeHealthy();
    life.commit("Wave", { "wave.txt": "w\n" });
    const wave = "notes/2024/2024-03-04-wave";
    life.record(["--reason", "Nobody waved.", "--index"]);
    life.edit(`${wave}.md`, "<!-- /shipnote:changes -->\n", "");
    typed(life, onlyFinding(life, "markdown-damaged").mend);
    expect(life.read(`${wave}.md.aside`)).toContain("Nobody waved.");
    expectHealthy(life);
    rmSync(join(life.directory, `${wave}.md`));
    typed(life, onlyFinding(life, "record-incomplete").mend);
    expectHealthy(life);
    life.write(`${wave}/outcome.json`, "{}");
    typed(life, onlyFinding(life, "record-unreadable").mend);
    expectHealthy(life);
  });

  it("looks at this branch first for what is whole", () => {
    const life = told();
    life.git("switch", "-q", "-c", "other");
    life.edit(page, "A bird sang.", "A fish sang.");
    life.commitNotes();
    life.git("switch", "-q", "main");
    rmSync(join(life.directory, page));
    typed(life, onlyFinding(life, "record-incomplete").mend);
    expect(life.read(page)).toContain("A bird sang.");
  });

  it("puts aside a record that stands in the folder of its own year as well", () => {
    const life = told();
    for (const path of [page, folder]) cpSync(join(life.directory, path), join(life.directory, path.replace("2024", "2020")), { recursive: true });
    typed(life, onlyFinding(life, "record-misplaced").mend);
    expect(life.has(`notes/2020/${id}.aside/record.json`)).toBe(true);
    expectHealthy(life);
  });

  it.each([["the markdown", page], ["the folder", folder]])("has %s alone moved back from another year's folder, as verify does, and says nothing else of it", (_what, path) => {
    const life = told();
    mkdirSync(join(life.directory, "notes/2020"), { recursive: true });
    renameSync(join(life.directory, path), join(life.directory, path.replace("2024", "2020")));
    const misplaced = diagnosed(life).findings.filter(({ code }) => code !== "index-stale");
    expect(misplaced.map(({ code }) => code)).toEqual(["record-misplaced"]);
    const { findings } = JSON.parse(life.call(["verify", "--json"]).stdout) as { findings: { mend: string }[] };
    expect(findings.map(({ mend }) => mend)).toEqual([`mkdir -p notes/2024 && mv ${path.replace("2024", "2020")} notes/2024/`]);
    typed(life, misplaced[0]?.mend ?? "false");
    expectHealthy(life);
  });

  it("overwrites nothing that was put aside before", () => {
    const life = told();
    const words = ["0123456789ab..000000000001", "0123456789ab..000000000002", "0123456789ab..000000000003"];
    for (const range of words) {
      life.edit(page, /range: .*/, `range: "${range}"`);
      typed(life, onlyFinding(life, "record-mixed").mend);
    }
    expect(["", "-2", "-3"].map((number) => /range: "(.*)"/.exec(life.read(`${page}.aside${number}`))?.[1])).toEqual(words);
    expectHealthy(life);
  });

  it("takes no page of people's for a record", () => {
    const life = makeHealthy();
    life.write("notes/2024/2024-01-01-retro.md", "# How it went\n\nWell.\n");
    life.write("notes/2024/2024-01-02-draft.md", "---\nid: 2024-01-02-draft\n---\n\n# A draft\n");
    life.write("notes/2024/2024-01-03-pictures/a.png", "a");
    expect(codes(life)).toEqual([]);
  });

  it("takes back a markdown and its record.json from where they belong together, and keeps what stands nowhere else", () => {
    const life = told();
    life.edit(page, /range: .*/, 'range: "0123456789ab..abcdef012345"');
    typed(life, onlyFinding(life, "record-mixed").mend);
    expectHealthy(life);
    expect(life.read(`${page}.aside`)).toContain("0123456789ab..abcdef012345");
    life.edit(page, /range: .*/, 'range: "0123456789ab..abcdef012345"');
    life.git("commit", "-qam", "Mix it");
    expect(onlyFinding(life, "record-mixed").mend).toMatch(/^git checkout [0-9a-f]{12} -- \S+ \S+$/);
    typed(life, onlyFinding(life, "record-mixed").mend);
    expectHealthy(life);
  });

  it("mends an index whose markers are damaged", () => {
    const life = told();
    life.edit("notes/README.md", "<!-- /shipnote:index -->", "");
    const finding = diagnosed(life).findings.find(({ code }) => code === "index-edited");
    expect(finding?.message).toContain("notes/README.md: The markers of generated parts do not pair");
    typed(life, finding?.mend ?? "false");
    expectHealthy(life);
  });

  it("takes the side of a merge that can be read, where the other cannot", () => {
    const life = makeHealthy();
    life.git("switch", "-q", "-c", "theirs");
    life.record(["--id", id, "--expected", "nobody frowns", "--command", "make"]);
    life.write("greet.txt", "hello, all\n");
    life.commitNotes();
    life.git("commit", "-qam", "Greet all");
    life.git("switch", "-q", "main");
    life.write(facts, "{\n");
    life.write("greet.txt", "good morning\n");
    life.git("commit", "-qam", "Break it");
    expect(() => execFileSync("git", ["merge", "-q", "-m", "Merge", "theirs"], { cwd: life.directory, env: fixtureEnvironment(1_709_700_000), stdio: "pipe" })).toThrow("Command failed");
    const finding = diagnosed(life).findings.find(({ code }) => code === "record-clash");
    expect(finding?.message).toContain("and ours cannot be read. The mend takes theirs alone.");
    typed(life, finding?.mend ?? "false");
    const more = diagnosed(life).findings.find(({ code }) => code === "merge-unfinished");
    expect(more).toMatchObject({ mend: "git add --all notes", message: expect.stringContaining("and git still waits for them, and for other files.") });
    typed(life, "git checkout --ours greet.txt && git add greet.txt");
    const unfinished = diagnosed(life).findings.find(({ code }) => code === "merge-unfinished");
    expect(unfinished?.mend).toBe("git add --all notes && git commit --no-edit");
    typed(life, unfinished?.mend ?? "false");
    expect(life.read(page)).toContain("nobody frowns");
    typed(life, "shipnote index");
    expectHealthy(life);
  });
});
