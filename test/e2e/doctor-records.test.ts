import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { codes, diagnosed, expectHealthy, makeHealthy, onlyFinding, typed } from "./doctor-rig.ts";
import { type Life, removeAll, writtenSo } from "./life.ts";

afterAll(removeAll);

const id = "2024-03-04-cache-the-lookups";
const markdown = (of: string): string => `notes/2024/${of}.md`;
const facts = (of: string): string => `notes/2024/${of}/record.json`;
const record = (life: Life, of: string): ChangeRecord => JSON.parse(life.read(facts(of))) as ChangeRecord;

/** git merge, which is expected to stop. */
function mergeStops(life: Life, branch: string): void {
  expect(() => execFileSync("git", ["merge", "-q", "-m", "Merge", branch], { cwd: life.directory, env: fixtureEnvironment(1_709_700_000), stdio: "pipe" })).toThrow("Command failed");
}

/** Verify has nothing to say of the records as they stand; that ships are missing, or rebased, is another matter. */
function expectSound(life: Life, ids: readonly string[]): void {
  const { findings } = JSON.parse(life.call(["verify", "--json"]).stdout) as { findings: { code: string; record: string | null; message: string }[] };
  expect(findings.filter(({ code, record: of }) => code !== "missing" && code !== "rewritten" && of !== null && ids.includes(of))).toEqual([]);
}

/**
 * A repository where two branches have recorded ships that have the same title on the same day: theirs measured and
 * linked from a later record and from a guide.
 */
function twoBranches(): Life {
  const life = makeHealthy();
  life.write("report.json", "[]");
  life.git("switch", "-q", "-c", "theirs");
  life.commit("Cache the lookups", { "b.txt": "b\n" });
  const samples = (scale: number): string => JSON.stringify({ results: [{ command: "./page", mean: scale, times: Array.from({ length: 10 }, (_, at) => scale + at / 1000) }] });
  life.write("../before.json", samples(0.4));
  life.write("../after.json", samples(0.1));
  life.record(["--reason", "Theirs was slow.", "--before", "page=../before.json", "--after", "page=../after.json"]);
  life.edit(markdown(id), "## Notes\n", `## Notes\n\nSee [the plot](${id}/${plotsOf(life, id)[0]}) and [${id}](${id}.md#rollback).\n`);
  life.commitNotes();
  life.commit("Warm the cache", { "w.txt": "w\n" });
  life.record(["--reason", `Goes on from [the cache](${id}.md).`]);
  life.write("notes/guides/caching.md", `Written with [${id}](../2024/${id}.md); the path is \`2024/${id}.md\`.\n`);
  life.git("add", "notes");
  life.git("commit", "-qm", "Note it");
  life.git("switch", "-q", "main");
  life.commit("Cache the lookups", { "a.txt": "a\n" });
  life.record(["--reason", "Ours was slow."]);
  life.commitNotes();
  return life;
}

function plotsOf(life: Life, of: string): string[] {
  return readdirSync(join(life.directory, "notes/2024", of)).filter((name) => name.endsWith(".svg"));
}

/** Makes a record look as if it had been written at another time. */
function writtenAt(life: Life, of: string, recordedAt: string): void {
  life.edit(facts(of), /"recordedAt": "[^"]+"/, `"recordedAt": "${recordedAt}"`);
  writtenSo(life, facts(of));
}

describe("doctor --fix after a merge, where two branches have recorded two ships under one id", () => {
  function clashed(ours: string, theirs: string): Life {
    const life = twoBranches();
    life.git("switch", "-q", "theirs");
    writtenAt(life, id, theirs);
    life.git("commit", "-qam", "Say when");
    life.git("switch", "-q", "main");
    writtenAt(life, id, ours);
    life.git("commit", "-qam", "Say when");
    mergeStops(life, "theirs");
    return life;
  }

  it("keeps ours as it was, and gives theirs, the later, an id of its own, with its links", () => {
    const life = clashed("2024-03-04T10:00:00Z", "2024-03-04T11:00:00Z");
    const before = { text: life.git("show", `HEAD:${markdown(id)}`), facts: life.git("show", `HEAD:${facts(id)}`) };
    const { findings } = diagnosed(life);
    expect(findings[0]).toMatchObject({ code: "record-clash", level: "problem", mend: expect.stringContaining("shipnote doctor --fix") });
    const planned = diagnosed(life, ["--fix", "--dry-run"]);
    expect(planned.fixed.join("\n")).toContain(`renamed the later ${id}, "Cache the lookups", to ${id}-2`);
    expect(life.has(markdown(`${id}-2`))).toBe(false);

    expect(diagnosed(life, ["--fix"]).fixed).toContain(`renamed the later ${id}, "Cache the lookups", to ${id}-2`);
    expect({ text: life.read(markdown(id)).trimEnd(), facts: life.read(facts(id)).trimEnd() }).toEqual(before);
    expect(plotsOf(life, id)).toEqual([]);
    expect(record(life, `${id}-2`)).toMatchObject({ id: `${id}-2`, recordedAt: "2024-03-04T11:00:00Z" });
    expect(plotsOf(life, `${id}-2`)).toHaveLength(1);
    const renamed = life.read(markdown(`${id}-2`));
    expect(renamed).toContain(`id: ${id}-2\n`);
    expect(renamed).toContain("Theirs was slow.");
    expect(renamed).toContain(`[the plot](${id}-2/${plotsOf(life, `${id}-2`)[0]}) and [${id}-2](${id}-2.md#rollback)`);
    expect(renamed).not.toMatch(new RegExp(`${id}(?!-2)`));
    expect(life.read(markdown("2024-03-04-warm-the-cache"))).toContain(`[the cache](${id}-2.md)`);
    expect(life.read("notes/guides/caching.md")).toBe(`Written with [${id}-2](../2024/${id}-2.md); the path is \`2024/${id}.md\`.\n`);

    // Once more changes nothing; what is left to do is git's.
    expect(diagnosed(life).findings.map(({ code }) => code)).toContain("merge-unfinished");
    const again = life.read(markdown(`${id}-2`));
    diagnosed(life, ["--fix"]);
    expect(life.read(markdown(`${id}-2`))).toBe(again);
    expect(life.has(markdown(`${id}-3`))).toBe(false);
    life.git("add", "--all", "notes");
    life.git("commit", "-qm", "Merge");
    typed(life, "shipnote index");
    expectSound(life, [id, `${id}-2`, "2024-03-04-warm-the-cache"]);
    expectHealthy(life);
  });

  it("gives ours another id, where ours is the later", () => {
    const life = clashed("2024-03-04T11:00:00Z", "2024-03-04T10:00:00Z");
    diagnosed(life, ["--fix"]);
    expect(life.read(markdown(id))).toContain("Theirs was slow.");
    expect(life.read(markdown(`${id}-2`))).toContain("Ours was slow.");
    expect(plotsOf(life, id)).toHaveLength(1);
    expect(plotsOf(life, `${id}-2`)).toEqual([]);
    // What only theirs names means theirs.
    expect(life.read("notes/guides/caching.md")).toContain(`[${id}](../2024/${id}.md)`);
    expectSound(life, [id, `${id}-2`]);
  });

  it("finds both sides where git was told that all is well, markers and all", () => {
    const life = clashed("2024-03-04T10:00:00Z", "2024-03-04T11:00:00Z");
    life.git("add", "--all");
    life.git("commit", "-qm", "Merge");
    expect(codes(life)).toContain("record-clash");
    diagnosed(life, ["--fix"]);
    expect(life.read(markdown(id))).toContain("Ours was slow.");
    expect(life.read(markdown(`${id}-2`))).toContain("Theirs was slow.");
    expectSound(life, [id, `${id}-2`]);
  });

  it("does it while a branch is rebased", () => {
    const life = twoBranches();
    writtenAt(life, id, "2024-03-04T10:00:00Z");
    life.git("commit", "-qam", "Say when");
    life.git("switch", "-q", "theirs");
    expect(() => execFileSync("git", ["rebase", "-q", "main"], { cwd: life.directory, env: fixtureEnvironment(1_709_700_000), stdio: "pipe" })).toThrow("Command failed");
    diagnosed(life, ["--fix"]);
    const mend = diagnosed(life).findings.find(({ code }) => code === "merge-unfinished")?.mend;
    expect(mend).toBe("git add --all notes && git rebase --continue");
    typed(life, `export GIT_EDITOR=true; ${mend}`);
    expect(life.read(markdown(id))).toContain("Ours was slow.");
    expect(life.read(markdown(`${id}-2`))).toContain("Theirs was slow.");
    expectSound(life, [id, `${id}-2`]);
  });
});

describe("doctor --fix after a merge", () => {
  it("joins two versions of one record", () => {
    const life = makeHealthy();
    const first = "2024-03-04-greet";
    life.git("switch", "-q", "-c", "theirs");
    life.edit(markdown(first), "## Notes\n\n*Not written down.*", "## Notes\n\nTheirs saw a bird.");
    life.record(["--id", first, "--expected", "nobody frowns", "--command", "make theirs"]);
    life.commitNotes();
    life.git("switch", "-q", "main");
    life.edit(markdown(first), "## Notes\n\n*Not written down.*", "## Notes\n\nOurs saw a fish.");
    life.record(["--id", first, "--command", "make ours"]);
    life.commitNotes();
    mergeStops(life, "theirs");
    expect(codes(life)).toContain("record-clash");
    diagnosed(life, ["--fix"]);
    const text = life.read(markdown(first));
    expect(text).toMatch(/Ours saw a fish\.\n\nTheirs saw a bird\./);
    expect(text).toContain("nobody frowns");
    expect(text.split("Greeting is polite.")).toHaveLength(2);
    expect(record(life, first).commands.map(({ command }) => command).sort()).toEqual(["make ours", "make theirs"]);
    typed(life, "git add --all notes && git commit -qm Merge && shipnote index");
    expectSound(life, [first]);
    expectHealthy(life);
  });

  it("takes of two outcomes the one that was said last, and tells of the other", () => {
    const life = makeHealthy();
    const first = "2024-03-04-greet";
    const say = (outcome: string, at: string, reason: string): void => {
      life.write(`notes/2024/${first}/outcome.json`, `${JSON.stringify({ version: 1, id: first, outcome, at, reason }, null, 2)}\n`);
      life.commitNotes();
    };
    life.git("switch", "-q", "-c", "theirs");
    say("failed", "2024-03-06T10:00:00Z", "it rained");
    life.git("switch", "-q", "main");
    say("ok", "2024-03-05T10:00:00Z", "all quiet");
    mergeStops(life, "theirs");
    expect(diagnosed(life, ["--fix"]).fixed).toContain("the ship ended failed, as was said on 2024-03-06; not ok, as on 2024-03-05 (all quiet)");
    expect(JSON.parse(life.read(`notes/2024/${first}/outcome.json`))).toMatchObject({ outcome: "failed", reason: "it rained" });
    typed(life, "git add --all notes && git commit -qm Merge");
    expectSound(life, [first]);
  });

  it("leaves it to people whether a record is meant to go", () => {
    const life = makeHealthy();
    const first = "2024-03-04-greet";
    life.git("switch", "-q", "-c", "theirs");
    life.git("rm", "-rq", "notes/2024");
    life.git("commit", "-qm", "Let it go");
    life.git("switch", "-q", "main");
    life.record(["--id", first, "--expected", "nobody frowns"]);
    life.commitNotes();
    mergeStops(life, "theirs");
    const found = diagnosed(life, ["--fix"]).findings.find(({ code }) => code === "record-clash");
    expect(found?.message).toBe(`${markdown(first)}: the record was changed here, and deleted by the other side. The mend keeps it; it goes by: git rm -r ${markdown(first)} notes/2024/${first}`);
    typed(life, found?.mend ?? "false");
    expect(life.read(markdown(first))).toContain("nobody frowns");
    typed(life, "shipnote index && git add --all notes && git commit -qm Merge");
    expectHealthy(life);
  });

  it("puts an index together that both have rebuilt", () => {
    const life = makeHealthy();
    life.git("switch", "-q", "-c", "theirs");
    life.commit("Wave", { "wave.txt": "w\n" });
    life.record(["--index"]);
    life.commitNotes();
    life.git("switch", "-q", "main");
    life.commit("Nod", { "nod.txt": "n\n" });
    life.record(["--index"]);
    life.commitNotes();
    mergeStops(life, "theirs");
    expect(codes(life)).toEqual(["index-clash", "index-clash"]);
    diagnosed(life, ["--fix"]);
    for (const title of ["Greet", "Wave", "Nod"]) expect(life.read("notes/README.md")).toContain(title);
    typed(life, "git add --all notes && git commit -qm Merge");
    expectHealthy(life);
  });

  it("leaves an index to people, where they wrote on both sides", () => {
    const life = makeHealthy();
    const index = "notes/README.md";
    life.git("switch", "-q", "-c", "theirs");
    life.edit(index, /^# .*$/m, "# Their ships");
    life.commitNotes();
    life.git("switch", "-q", "main");
    life.edit(index, /^# .*$/m, "# Our ships");
    life.commitNotes();
    mergeStops(life, "theirs");
    const standing = life.read(index);
    diagnosed(life, ["--fix"]);
    expect(life.read(index)).toBe(standing);
    const { message, mend } = onlyFinding(life, "index-clash");
    expect(message).toContain("that is to be put together by hand");
    life.write("editor.sh", "sed -i -e '/^<<<<<<<\\|^=======$\\|^>>>>>>>\\|^# Their/d' -e 's/^# Our ships/# All ships/' \"$1\"\n");
    typed(life, `EDITOR='sh editor.sh'; ${mend} && git commit -qm Merge && rm editor.sh`);
    expect(life.read(index)).toContain("# All ships\n");
    expectHealthy(life);
  });
});

describe("doctor --fix of a ship that is recorded twice", () => {
  const first = "2024-03-04-wave";
  const second = "2024-03-05-wave";
  const ci = { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "https://git.example.org", GITHUB_REPOSITORY: "web/articles", GITHUB_RUN_ID: "42", GITHUB_ACTOR: "ada" };

  /** One push that the hook's user and, in a clone that knew nothing of it, CI have recorded; ours is written first. */
  function doubled(): Life {
    const life = makeHealthy();
    const greet = "2024-03-04-greet";
    life.commit("Wave\n\nSo that nobody has to shout.", { "wave.txt": "w\n" });
    expect(life.call(["run", "--as", "deploy", "--", "true"]).status).toBe(0);
    const written = life.record(["--at", "2024-03-04T12:00:00Z", "--approved-by", "Lin", "--rollback", "Wave back."]);
    expect(written.id).toBe(first);
    life.edit(markdown(first), "## Notes\n\n*Not written down.*", "## Notes\n\nThe deploy was quick.");
    // As CI has it: no record of ours, another journal.
    const aside = join(life.directory, ".git/aside");
    execFileSync("sh", ["-c", `mkdir -p ${aside} && mv notes/2024/${first} notes/2024/${first}.md ${aside}/ && mv .git/shipnote/journal ${aside}/`], { cwd: life.directory });
    const other = life.record(["--at", "2024-03-05T00:10:00Z", "--command", "make deploy", "--reason", "CI says so.", "--artifact", `api=sha256:${"1".repeat(64)}`], { env: ci });
    expect(other.id).toBe(second);
    life.edit(markdown(second), "## Notes\n\n*Not written down.*", `## Notes\n\nThe pipeline was slow, see [this](${second}.md).\n\n## Who watched\n\nMara did.`);
    life.edit(markdown(second), "verdict: not-measured\n", "verdict: not-measured\nteam: web\n");
    execFileSync("sh", ["-c", `mv ${aside}/${first} ${aside}/${first}.md notes/2024/ && mv ${aside}/journal .git/shipnote/`], { cwd: life.directory });
    life.edit(markdown(greet), "## Notes\n\n*Not written down.*", `## Notes\n\nFollowed by [${second}](${second}.md) and [a wave](${second}.md#why).`);
    life.commitNotes();
    typed(life, "shipnote index && git add notes && git commit -qm 'Rebuild the index'");
    return life;
  }

  it("joins them under the older id: facts united, both people's words kept, links led there", () => {
    const life = doubled();
    const finding = onlyFinding(life, "record-doubled");
    expect(finding.message).toBe(`One ship to production is recorded twice: ${first} and ${second} (by CI). They can be joined into ${first}.`);
    const before = life.read(markdown(first));
    const planned = diagnosed(life, ["--fix", "--dry-run"]);
    expect(planned.fixed).toEqual(expect.arrayContaining([`joined ${second} into ${first}`, `  ${markdown(second)} (removed)`, `  ${markdown(first)} (changed)`]));
    expect(life.read(markdown(first))).toBe(before);

    expect(diagnosed(life, ["--fix"]).fixed).toEqual([`joined ${second} into ${first}`, "rebuilt the index"]);
    expect([life.has(markdown(second)), life.has(`notes/2024/${second}`)]).toEqual([false, false]);
    const joined = record(life, first);
    expect(joined.actor.ci).toBeNull();
    expect(joined.shippedAt).toBe("2024-03-04T12:00:00Z");
    expect(joined.commands.map(({ command, source }) => [command, source])).toEqual([["true", "captured"], ["make deploy", "stated"]]);
    expect(joined.artifacts).toEqual([{ name: "api", digest: `sha256:${"1".repeat(64)}` }]);
    expect(joined.approvals).toEqual([{ who: "Lin", source: "flag" }]);
    const text = life.read(markdown(first));
    expect(text).toMatch(/## Why\n\nCI says so\.\n/);
    expect(text).not.toContain("Nobody wrote down why");
    expect(text).toContain("Wave back.");
    expect(text).toContain(`The deploy was quick.\n\nThe pipeline was slow, see [this](${first}.md).`);
    expect(text).toContain("## Who watched\n\nMara did.");
    expect(text).toContain("\nteam: web\n---\n");
    expect(life.read(markdown("2024-03-04-greet"))).toContain(`Followed by [${first}](${first}.md) and [a wave](${first}.md#why).`);
    expect(life.read("notes/README.md")).not.toContain(second);
    typed(life, "git add --all notes && git commit -qm 'Join the records'");
    expectSound(life, [first, "2024-03-04-greet"]);
    expectHealthy(life);
    // The joined record is the one that is brought up to date.
    expect(life.record(["--id", first]).status).toBe("unchanged");
  });

  it("leads a rollback of it to the record that stays, in its facts and in what it says of them", () => {
    const life = doubled();
    const { id: back, record: before } = life.record(["--to", life.git("rev-list", "--max-parents=0", "HEAD"), "--at", "2024-03-06T10:00:00Z", "--index"]);
    expect(before.remediates).toBe(second);
    life.commitNotes();
    diagnosed(life, ["--fix"]);
    expect(record(life, back).remediates).toBe(first);
    expect(life.read(markdown(back))).toContain(`Undoes [${first}](${first}.md).`);
    typed(life, "git add --all notes && git commit -qm 'Join the records'");
    expectSound(life, [first, back]);
    expectHealthy(life);
  });

  it("gives the same again, where it was ended before the other record was gone", () => {
    const life = doubled();
    execFileSync("sh", ["-c", `cp -r notes/2024/${second} notes/2024/${second}.md .git/`], { cwd: life.directory });
    diagnosed(life, ["--fix"]);
    const whole = [life.read(markdown(first)), life.read(facts(first))];
    execFileSync("sh", ["-c", `mv .git/${second} .git/${second}.md notes/2024/`], { cwd: life.directory });
    diagnosed(life, ["--fix"]);
    expect([life.read(markdown(first)), life.read(facts(first))]).toEqual(whole);
  });

  it("refuses where somebody wrote in a region, and leaves both as they are", () => {
    const life = doubled();
    life.edit(markdown(first), "<!-- shipnote:changes -->\n", "<!-- shipnote:changes -->\n\nMine.\n");
    const before = life.read(markdown(first));
    const answer = life.call(["doctor", "--fix"]);
    expect(answer.status).toBe(1);
    expect(answer.stderr).toContain("was edited by hand where shipnote writes: changes");
    expect([life.read(markdown(first)), life.has(markdown(second))]).toEqual([before, true]);
  });

  it("takes no ship for another that came back after a rollback", () => {
    const life = makeHealthy();
    const greet = life.git("rev-list", "--max-parents=0", "HEAD");
    const wave = life.commit("Wave", { "wave.txt": "w\n" });
    life.record(["--at", "2024-03-05T10:00:00Z"]);
    life.record(["--to", greet, "--at", "2024-03-05T11:00:00Z"]);
    life.record(["--to", wave, "--at", "2024-03-05T12:00:00Z"]);
    expect(codes(life)).not.toContain("record-doubled");
  });
});

describe("doctor, of records", () => {
  it("names the last commit in which a damaged record was whole", () => {
    const life = makeHealthy();
    const path = facts("2024-03-04-greet");
    life.write(path, life.read(path).slice(0, 200));
    life.git("commit", "-qam", "Break it");
    const finding = onlyFinding(life, "record-unreadable");
    expect(finding.message).toContain("it ends too early to be JSON");
    typed(life, finding.mend);
    life.git("commit", "-qam", "Mend it");
    expectHealthy(life);
  });

  it("sees a markdown that is another ship's", () => {
    const life = makeHealthy();
    life.edit(markdown("2024-03-04-greet"), /range: .*/, 'range: "0123456789ab..abcdef012345"');
    life.git("commit", "-qam", "Mix it");
    const { mend } = onlyFinding(life, "record-mixed");
    expect(mend).toMatch(/^git checkout [0-9a-f]{12} -- \S+ \S+$/);
    typed(life, mend);
    expectHealthy(life);
  });
});
