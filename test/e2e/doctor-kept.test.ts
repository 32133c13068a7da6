import { execFileSync } from "node:child_process";
import { chmodSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { diagnosed, makeHealthy, typed } from "./doctor-rig.ts";
import { type Life, removeAll, writtenSo } from "./life.ts";

afterAll(removeAll);

const first = "2024-03-04-wave";
const second = "2024-03-05-wave-to-all";
const page = (of: string): string => `notes/2024/${of}.md`;
const folder = (of: string): string => `notes/2024/${of}`;
const ci = { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "https://git.example.org", GITHUB_REPOSITORY: "web/articles", GITHUB_RUN_ID: "42", GITHUB_ACTOR: "ada" };

function sh(life: Life, script: string): void {
  execFileSync("sh", ["-ec", script], { cwd: life.directory });
}

/** Verify has nothing to say of these records but that their ships are missing, or moved. */
function expectSound(life: Life, ids: readonly string[]): void {
  const { findings } = JSON.parse(life.call(["verify", "--json"]).stdout) as { findings: { code: string; record: string | null }[] };
  expect(findings.filter(({ code, record }) => code !== "missing" && code !== "rewritten" && record !== null && ids.includes(record))).toEqual([]);
}

describe("doctor --fix of a ship that is recorded twice", () => {
  /** One push that a person and, in a clone that knew nothing of it, CI have recorded. */
  function doubled(): Life {
    const life = makeHealthy();
    life.commit("Wave", { "wave.txt": "w\n" });
    life.record(["--at", "2024-03-04T12:00:00Z", "--reason", "Nobody waved."]);
    sh(life, `mkdir .git/aside && mv notes/2024/${first} notes/2024/${first}.md .git/aside/`);
    expect(life.record(["--at", "2024-03-05T00:10:00Z", "--title", "Wave to all"], { env: ci }).id).toBe(second);
    sh(life, `mv .git/aside/${first} .git/aside/${first}.md notes/2024/`);
    return life;
  }

  it("takes people's files along, and leads links to them", () => {
    const life = doubled();
    const both = { "same.txt": "the same\n", "deep/er/a b.png": "deep", "diagram.svg": "<svg/>\n" };
    for (const [name, content] of Object.entries(both)) life.write(`${folder(second)}/${name}`, content);
    life.write(`${folder(first)}/same.txt`, "the same\n");
    for (const of of [first, second]) life.write(`${folder(of)}/shot.png`, `shot of ${of}`);
    life.write(`${folder(second)}/replay.sh`, "#!/bin/sh\n");
    chmodSync(join(life.directory, folder(second), "replay.sh"), 0o755);
    const links = (of: string, shot: string): string => `![d](${of}/diagram.svg) ![s](${of}/${shot}) <img src="${of}/${shot}"> [t](${of}/same.txt) [x](<${of}/deep/er/a b.png>)`;
    life.edit(page(second), "## Notes\n\n*Not written down.*", `## Notes\n\n${links(second, "shot.png")}`);
    life.edit(page(first), "## Notes\n\n*Not written down.*", `## Notes\n\nSee ![s](${first}/shot.png).`);
    life.write("notes/guides/waving.md", `As [shown](../2024/${second}/shot.png), see [it](../2024/${second}.md).\n`);

    const planned = diagnosed(life, ["--fix", "--dry-run"]).fixed;
    expect(planned).toContain(`moved ${folder(second)}/shot.png to ${folder(first)}/shot-2.png`);
    expect(life.read(`${folder(second)}/diagram.svg`)).toBe("<svg/>\n");
    const { fixed } = diagnosed(life, ["--fix"]);
    expect(fixed).toEqual(expect.arrayContaining([`joined ${second} into ${first}`, `moved ${folder(second)}/diagram.svg to ${folder(first)}/diagram.svg`]));
    for (const [name, content] of Object.entries(both)) expect(life.read(`${folder(first)}/${name}`)).toBe(content);
    expect([life.read(`${folder(first)}/shot.png`), life.read(`${folder(first)}/shot-2.png`)]).toEqual([`shot of ${first}`, `shot of ${second}`]);
    expect(life.has(`${folder(first)}/same-2.txt`)).toBe(false);
    expect(statSync(join(life.directory, folder(first), "replay.sh")).mode & 0o777).toBe(0o755);
    expect([life.has(folder(second)), life.has(page(second))]).toEqual([false, false]);
    expect(life.read(page(first))).toContain(`See ![s](${first}/shot.png).\n\n${links(first, "shot-2.png")}`);
    expect(life.read("notes/guides/waving.md")).toBe(`As [shown](../2024/${first}/shot-2.png), see [it](../2024/${first}.md).\n`);
    typed(life, "shipnote index && git add --all notes && git commit -qm Join");
    expectSound(life, [first]);
  });

  it("leaves all as it is where something cannot be taken along, and says what to do", () => {
    const life = doubled();
    symlinkSync("/etc/hostname", join(life.directory, folder(second), "host"));
    const before = life.read(page(first));
    const { stderr, status } = life.call(["doctor", "--fix"]);
    expect(status).toBe(1);
    expect(stderr).toContain(`${folder(second)}/host is no plain file, and would be lost.`);
    expect([life.read(page(first)), life.has(`${folder(second)}/record.json`)]).toEqual([before, true]);
    typed(life, /mv \S+ \S+\/(?=\))/.exec(stderr)?.[0] ?? "false");
    expect(diagnosed(life, ["--fix"]).fixed).toContain(`joined ${second} into ${first}`);
    expect(life.has(`${folder(first)}/host`)).toBe(true);
  });

  it("keeps the other title, outcome and front matter in Notes, and tells of them", () => {
    const life = doubled();
    life.edit(page(first), "verdict: not-measured\n", "verdict: not-measured\nteam: web\n");
    life.edit(page(second), "verdict: not-measured\n", "verdict: not-measured\nteam: api\n");
    life.edit(page(second), "\n# Wave to all", "\nAbove the title.\n\n# Wave to *all*");
    const say = (of: string, outcome: string, at: string, reason: string): void =>
      life.write(`${folder(of)}/outcome.json`, `${JSON.stringify({ version: 1, id: of, outcome, at, reason }, null, 2)}\n`);
    say(first, "failed", "2024-03-06T10:00:00Z", "it rained");
    say(second, "ok", "2024-03-05T10:00:00Z", "all quiet");
    expect(diagnosed(life, ["--fix"]).fixed).toEqual(expect.arrayContaining([
      'kept the title "Wave"; "Wave to all" stands in Notes', "the ship ended failed, as was said on 2024-03-06; not ok, as on 2024-03-05 (all quiet)",
    ]));
    const text = life.read(page(first));
    expect(text).toContain("\n# Wave\n");
    expect(text.slice(text.indexOf("## Notes"))).toBe([
      "## Notes", "Above the title.", 'Also recorded as "Wave to all".', "Said on 2024-03-05: the ship ended ok: all quiet.", "Also recorded in the front matter:", "```yaml\nteam: api\n```\n",
    ].join("\n\n"));
    typed(life, "shipnote index && git add --all notes && git commit -qm Join");
    expectSound(life, [first]);
  });
});

describe("doctor --fix after a merge, of files beside the records", () => {
  const id = "2024-03-04-be-kind";

  /** git merge, which is expected to stop. */
  function merged(life: Life): void {
    expect(() => execFileSync("git", ["merge", "-q", "-m", "Merge", "theirs"], { cwd: life.directory, env: fixtureEnvironment(1_709_700_000), stdio: "pipe" })).toThrow("Command failed");
  }

  function recordHere(life: Life, who: string, recordedAt: string): void {
    life.commit("Be kind", { [`${who}.txt`]: `${who}\n` });
    life.record(["--reason", `For ${who}. ![own](${id}/${who}.png) ![shot](${id}/shot.png) [log](${id}/log.txt) [me](${id}.md)`]);
    life.edit(`${folder(id)}/record.json`, /"recordedAt": "[^"]+"/, `"recordedAt": "${recordedAt}"`);
    writtenSo(life, `${folder(id)}/record.json`);
    life.write(`${folder(id)}/${who}.png`, `${who}\0`);
    life.write(`${folder(id)}/shot.png`, `shot of ${who}\0`);
    life.write(`${folder(id)}/log.txt`, `log of ${who}\n`);
    life.commitNotes();
  }

  function clashed(ours: string, theirs: string): Life {
    const life = makeHealthy();
    life.git("switch", "-q", "-c", "theirs");
    recordHere(life, "theirs", theirs);
    life.git("switch", "-q", "main");
    recordHere(life, "ours", ours);
    merged(life);
    return life;
  }

  const words = (who: string, of: string): string => `For ${who}. ![own](${of}/${who}.png) ![shot](${of}/shot.png) [log](${of}/log.txt) [me](${of}.md)`;

  it.each<[who: string, kept: string, later: string, ours: string, theirs: string]>([
    ["theirs", "ours", "theirs", "2024-03-04T10:00:00Z", "2024-03-04T11:00:00Z"],
    ["ours", "theirs", "ours", "2024-03-04T11:00:00Z", "2024-03-04T10:00:00Z"],
  ])("gives the later record, %s, its own files, and leaves the other's where they are", (_who, kept, later, ours, theirs) => {
    const life = clashed(ours, theirs);
    expect(diagnosed(life, ["--fix"]).fixed).toContain(`moved ${folder(id)}/${later}.png to ${folder(`${id}-2`)}/${later}.png`);
    for (const [of, who] of [[id, kept], [`${id}-2`, later]] as const) {
      expect(life.read(page(of))).toContain(words(who, of));
      expect(["own", "shot", "log"].map((name) => life.read(`${folder(of)}/${name === "own" ? `${who}.png` : name === "shot" ? "shot.png" : "log.txt"}`)))
        .toEqual([`${who}\0`, `shot of ${who}\0`, `log of ${who}\n`]);
    }
    expect([life.has(`${folder(id)}/${later}.png`), life.has(`${folder(`${id}-2`)}/${kept}.png`)]).toEqual([false, false]);
    typed(life, "git add --all notes && git commit -qm Merge");
    expectSound(life, [id, `${id}-2`]);
  });

  it("leaves what it does not know the owner of, and links to it", () => {
    const life = clashed("2024-03-04T10:00:00Z", "2024-03-04T11:00:00Z");
    life.git("add", "--all");
    life.git("commit", "-qm", "Merge");
    diagnosed(life, ["--fix"]);
    expect(life.has(`${folder(id)}/theirs.png`)).toBe(true);
    expect(life.read(page(`${id}-2`))).toContain(`![own](${id}/theirs.png) ![shot](${id}/shot.png) [log](${id}/log.txt) [me](${id}-2.md)`);
  });

  it("keeps both versions of a file of one record, and what somebody has made of them already", () => {
    const life = makeHealthy();
    const greet = "2024-03-04-greet";
    const add = (who: string): void => {
      life.edit(page(greet), "## Notes\n\n*Not written down.*", `## Notes\n\nOf ${who}: ![s](${greet}/shot.png) [log](${greet}/log.txt)`);
      life.record(["--id", greet, "--command", `make ${who}`]);
      life.write(`${folder(greet)}/shot.png`, `shot of ${who}\0`);
      life.write(`${folder(greet)}/log.txt`, `log of ${who}\n`);
      life.commitNotes();
    };
    life.git("switch", "-q", "-c", "theirs");
    add("theirs");
    life.git("switch", "-q", "main");
    add("ours");
    merged(life);
    life.write(`${folder(greet)}/log.txt`, "log of both\n");
    diagnosed(life, ["--fix"]);
    const here = (name: string): string => life.read(`${folder(greet)}/${name}`);
    expect([here("shot.png"), here("shot-2.png")].sort()).toEqual(["shot of ours\0", "shot of theirs\0"]);
    expect([here("log.txt"), here("log-2.txt"), here("log-3.txt")].sort()).toEqual(["log of both\n", "log of ours\n", "log of theirs\n"]);
    expect(here("log.txt")).toBe("log of both\n");
    for (const who of ["ours", "theirs"]) {
      const shot = new RegExp(`Of ${who}: !\\[s\\]\\(${greet}/(shot(?:-2)?\\.png)\\)`).exec(life.read(page(greet)))?.[1] ?? "";
      expect(here(shot)).toBe(`shot of ${who}\0`);
    }
  });
});
