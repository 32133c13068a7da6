import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { afterAll, describe, expect, it } from "vitest";
import type { Finding, ListedException } from "../../src/record/finding.ts";
import { type Life, makeLife, removeAll, type Written } from "./life.ts";
import type { CallOptions } from "./tool.ts";

afterAll(removeAll);

interface Verified { status: number | null; findings: Finding[]; exceptions: ListedException[]; records: number }

function verify(life: Life, args: readonly string[] = [], options: CallOptions = {}): Verified {
  const answer = life.call(["verify", "--json", ...args], options);
  expect(answer.stderr).toBe("");
  return { ...(JSON.parse(answer.stdout) as Omit<Verified, "status">), status: answer.status };
}

/** `CODE PLACE` of each finding. */
function told({ findings }: Verified): string[] {
  return findings.map(({ code, path, line }) => `${code} ${path}${line === null ? "" : `:${line}`}`);
}

function bench(seconds: readonly number[]): string {
  return JSON.stringify({ results: [{ command: "sort", mean: 1, stddev: 1, median: 1, user: 1, system: 1, min: 1, max: 1, times: seconds, exit_codes: seconds.map(() => 0) }] });
}

const before = [0.412, 0.409, 0.415, 0.42, 0.411, 0.408, 0.414, 0.413, 0.41, 0.416];

/** One measured ship with a migration, owners, a reviewer and a file that moved. */
function shipped(config = ""): { life: Life; ship: Written; markdown: string; facts: string } {
  const life = makeLife();
  life.write("before.json", bench(before));
  life.write("after.json", bench(before.map((seconds) => seconds - 0.25)));
  life.commit("Base", { "a.ts": "1\n2\n3\n", "old.ts": "moves\nas it is\nfrom here\n", "CODEOWNERS": "* @web-team\n", ".gitignore": "before.json\nafter.json\n", ...(config === "" ? {} : { "shipnote.config.yaml": config }) });
  life.commit("Sort names (#12)\n\nA heap is faster.\n\nReviewed-by: Bo Lind <bo@example.org>", { "a.ts": "1\n2\n4\n", "new.ts": "moves\nas it is\nfrom here\n", "old.ts": null });
  life.commit("Add a table", { "db/migrations/0002_table.sql": "CREATE TABLE names (name text);\n" });
  const ship = life.record(["--from", "HEAD~2", "--before", "sort=before.json", "--after", "sort=after.json", "--reason", "It was slow.", "--expected", "sort duration < 300 ms"]);
  return { life, ship, markdown: ship.path, facts: ship.data };
}

describe("a record that nobody touched", () => {
  it("follows, whichever way it was written", () => {
    const { life } = shipped();
    expect(verify(life)).toEqual({ status: 0, findings: [], exceptions: [], records: 1, unrendered: { sealed: 0, open: 0 }, notes: "notes" });
    life.commitNotes();
    life.commit("Another", { "b.ts": "1\n" });
    life.record();
    life.commitNotes();
    life.record(["--to", "HEAD~3", "--title", "Back"]);
    life.record(["--no-range", "--title", "Turn search on"]);
    expect(verify(life)).toMatchObject({ status: 0, findings: [], records: 4 });
    expect(life.call(["verify"])).toMatchObject({ status: 0, stdout: "4 records checked: all is as it should be\n" });
  });

  it("may hold what people write, tick and add, and be reformatted", () => {
    const { life, markdown } = shipped();
    life.edit(markdown, "It was slow.", "It was very slow, on Mondays.\n\nReally.");
    life.edit(markdown, "\n\nsort duration < 300 ms", "\n\nsort duration < 100 ms");
    life.edit(markdown, "- [ ] create a safe backup", "- [x] create a safe backup, by Bo\n- [ ] ask Ada");
    life.edit(markdown, "environment: production", "environment: production\nreviewed: yes");
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    // As an editor on Windows and a formatter of tables would leave it.
    const wide = life.read(markdown).replace(/^\| --- \|/gm, "| :--- |".replace(":", "-")).replaceAll(" | ", "  |  ");
    life.write(markdown, wide.replaceAll("\n", "\r\n"));
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
  });

  it("runs nothing, and writes nothing", () => {
    const { life } = shipped("checks:\n  page: { command: touch ran }\n");
    life.git("add", ".");
    const state = life.git("status", "--porcelain", "--ignored");
    expect(verify(life).status).toBe(0);
    expect(life.git("status", "--porcelain", "--ignored")).toBe(state);
  });
});

describe("what does not follow", () => {
  const rows: readonly (readonly [string, RegExp | string, string, string])[] = [
    ["a subject", '"subject": "Sort names (#12)"', '"subject": "Sort games (#12)"', "commits[1].subject"],
    ["an author", '"author": "Ada Osei"', '"author": "Ada Osee"', "commits[0].author"],
    ["a date", /"committedAt": "2024-03-04T09:02:00Z"/, '"committedAt": "2024-03-04T09:02:01Z"', "commits[0].committedAt"],
    ["a commit", /"sha": "[0-9a-f]/, '"sha": "', "commits[0].sha"],
    ["a trailer", '"Bo Lind <bo@example.org>"', '"Bo Lund <bo@example.org>"', "commits[1].trailers"],
    ["a path", '"path": "a.ts"', '"path": "c.ts"', "files[0].path"],
    ["a path before", '"previousPath": "old.ts"', '"previousPath": "odd.ts"', "files[2].previousPath"],
    ["a status", '"status": "renamed"', '"status": "copied"', "files[2].status"],
    ["lines", '"added": 1,\n      "deleted": 1', '"added": 2,\n      "deleted": 1', "files[0].added"],
    ["a count", '"files": 3', '"files": 4', "counts.files"],
    ["ignored files", '"ignored": 0', '"ignored": 1', "counts.ignored"],
    ["a tree", /"toTree": "[0-9a-f]{4}/, '"toTree": "0000', "range.toTree"],
    ["a patch", /"patchId": "[0-9a-f]{4}/, '"patchId": "0000', "range.patchId"],
    ["a beginning", /"from": "[0-9a-f]{4}/, '"from": "0000', "range.from"],
    ["an owner of a file", '"@web-team"\n      ]', '"@dev-team"\n      ]', "files[0].owners"],
    ["a reference", '"id": "#12"', '"id": "#13"', "references[0]"],
    ["a contributor", '"commits": 2,\n      "bot"', '"commits": 3,\n      "bot"', "contributors"],
    ["a reviewer", '"who": "Bo Lind"', '"who": "Bo Lund"', "approvals[0].who"],
    ["a median", /"value": 4/, '"value": 5', "metrics[0].before.value"],
    ["a verdict", '"verdict": "improved",\n  "notes"', '"verdict": "changed",\n  "notes"', "verdict"],
    ["another record", '"remediates": null', '"remediates": "2024-01-01-nothing"', "remediates"],
  ];

  it.each(rows)("%s", (_name, from, to, place) => {
    const { life, facts } = shipped();
    const whole = life.read(facts);
    // A sha keeps its length, so that what is found is not its form.
    const text = place === "commits[0].sha" ? whole.replace(/"sha": "([0-9a-f])/, (_all, digit: string) => `"sha": "${digit === "0" ? "1" : "0"}`) : whole.replace(from, () => to);
    expect(text).not.toBe(whole);
    life.write(facts, text);
    const { status, findings } = verify(life);
    expect(status).toBe(1);
    const found = findings.find(({ path, message }) => path === facts && message.startsWith(`${place}: `));
    expect(found, `${JSON.stringify(findings)}`).toMatchObject({ code: "does-not-follow", path: facts });
    // The line is that of the value, or of the list it should be in.
    expect(text.split("\n")[(found?.line ?? 0) - 1]).toContain(`"${/(\w+)(?:\[\d+\])?$/.exec(place)?.[1] ?? ""}"`.replace('"references"', "{").replace('"remediates"', "remediates"));
  });

  it("an owner, by CODEOWNERS", () => {
    const { life, facts } = shipped();
    life.edit(facts, '"owner": {\n    "name": "@web-team"', '"owner": {\n    "name": "@dev-team"');
    expect(verify(life).findings.map(({ message }) => message)).toContain("owner: git says @web-team (codeowners)");
  });

  it("a hazard that is gone", () => {
    const { life, facts } = shipped();
    life.edit(facts, /"hazards": \[[^\]]*\]/, '"hazards": []');
    expect(verify(life).findings.map(({ message }) => message)).toContain("rollback.hazards: git says migration: db/migrations/0002_table.sql");
  });

  it("a commit that is no part of the ship, and a file too many", () => {
    const { life, facts } = shipped();
    const text = life.read(facts);
    const base = life.git("rev-parse", "HEAD~2");
    life.write(facts, text.replace(/"sha": "[0-9a-f]+"/, `"sha": "${base}"`));
    expect(verify(life).findings.map(({ message }) => message)).toContain(`commits[0].sha: ${base} is not in the range`);
    const files = (change: (files: object[]) => object[]): string[] => {
      const record = JSON.parse(text) as { files: object[] };
      life.write(facts, `${JSON.stringify({ ...record, files: change(record.files) }, null, 2)}\n`);
      return verify(life).findings.map(({ message }) => message).filter((message) => /^(?:files|counts)/.test(message));
    };
    expect(files(([first, ...others]) => [{ ...first, path: "a.tsx" }, ...others])).toEqual([
      "files[0].path: a.tsx does not differ between the ends of the range", "counts.ignored: 1 of 3 are not listed",
    ]);
    expect(files((all) => [...all, { ...all[0], path: "z.ts" }])).toEqual(["files[3].path: z.ts does not differ between the ends of the range"]);
  });

  it("what only the markdown shows", () => {
    const { life, markdown, facts } = shipped();
    life.edit(facts, '"strategy": "revert"', '"strategy": "flag"');
    const line = life.read(markdown).split("\n").indexOf("<!-- shipnote:rollback -->") + 1;
    expect(told(verify(life))).toContain(`does-not-follow ${markdown}:${line}`);
  });
});

describe("what is edited, incomplete or invalid", () => {
  it("a region, with the line", () => {
    const { life, ship, markdown } = shipped();
    life.edit(markdown, "Add a table", "Add a cable");
    const line = life.read(markdown).split("\n").findIndex((each) => each.includes("Add a cable")) + 1;
    const { status, findings } = verify(life);
    expect({ status, findings }).toEqual({
      status: 1,
      findings: [{ code: "edited", record: ship.id, path: markdown, line, message: "the region `changes` was edited by hand", mend: `shipnote record --id ${ship.id} --force` }],
    });
    expect(life.call(["verify"]).stdout).toBe(`${markdown}:${line}: edited: the region \`changes\` was edited by hand\n  shipnote record --id ${ship.id} --force\n1 record checked: 1 edited\n`);
    expect(life.record(["--id", ship.id, "--force"]).status).toBe("written");
    expect(verify(life).status).toBe(0);
  });

  it.each([
    ["a value of the front matter", (life: Life, markdown: string) => life.edit(markdown, 'owner: "@web-team"', 'owner: "@us"'), "edited", 5],
    ["a key of the front matter", (life: Life, markdown: string) => life.edit(markdown, "verdict:", "verdict2:"), "edited", 1],
    ["a fence of the front matter", (life: Life, markdown: string) => life.edit(markdown, "---\n", "--\n"), "edited", 1],
    ["a marker", (life: Life, markdown: string) => life.edit(markdown, "<!-- /shipnote:summary -->", ""), "edited", 0],
    ["the heading", (life: Life, markdown: string) => life.edit(markdown, /^# .*$/m, "# Another"), "does-not-follow", 11],
    ["a link to no record", (life: Life, markdown: string) => life.edit(markdown, "It was slow.", "See [that](2024-01-01-that.md)."), "incomplete", 0],
  ] as const)("%s", (_name, change, code, line) => {
    const { life, markdown } = shipped();
    change(life, markdown);
    const result = verify(life);
    expect(result.status).toBe(1);
    expect(told(result).some((each) => (line === 0 ? each.startsWith(`${code} ${markdown}:`) : each === `${code} ${markdown}:${line}`)), `${told(result).join("\n")}`).toBe(true);
  });

  it("plots, which --force draws again", () => {
    const { life, ship } = shipped();
    const folder = `notes/2024/${ship.id}`;
    const [plot = ""] = readdirSync(join(life.directory, folder)).filter((name) => name.endsWith(".svg"));
    life.edit(`${folder}/${plot}`, "<path", "<paths");
    expect(told(verify(life))).toEqual([`edited ${folder}/${plot}`]);
    rmSync(join(life.directory, folder, plot));
    const { findings } = verify(life);
    expect(findings).toMatchObject([{ code: "incomplete", path: `${folder}/${plot}`, mend: `shipnote record --id ${ship.id} --force` }]);
    expect(life.record(["--id", ship.id, "--force"]).status).toBe("written");
    expect(verify(life).status).toBe(0);
    expect(life.record(["--id", ship.id, "--force"]).status).toBe("unchanged");
  });

  it("files that are not there, or cannot be read", () => {
    const { life, ship, markdown, facts } = shipped();
    const [text, source] = [life.read(facts), life.read(markdown)];
    rmSync(join(life.directory, markdown));
    expect(told(verify(life))).toEqual([`incomplete ${markdown}`]);
    life.write(markdown, source);
    rmSync(join(life.directory, facts));
    expect(told(verify(life))).toEqual([`incomplete ${facts}`]);
    rmSync(join(life.directory, "notes/2024", ship.id), { recursive: true });
    expect(told(verify(life))).toEqual([`incomplete ${markdown}`]);
    life.write(facts, text.slice(0, 200));
    expect(told(verify(life))[0]).toMatch(/^invalid /);
    life.write(facts, text.replace('"exitCode"', '"exit"').replace('"direction": "forward"', '"direction": "sideways"'));
    expect(verify(life).findings[0]).toMatchObject({ code: "invalid", path: facts });
    life.write(facts, text);
    life.write(markdown, Buffer.from([0xff, 0xfe]));
    expect(told(verify(life))).toContain(`invalid ${markdown}`);
  });
});

describe("formats", () => {
  const broken = (): Life => {
    const { life, facts } = shipped();
    life.edit(facts, '"subject": "Add a table"', '"subject": "Add, a: 100% \\n::error::<table>"');
    return life;
  };

  it("github: annotations that nobody else's text can end", () => {
    const lines = broken().call(["verify", "--format", "github"]).stdout.trimEnd().split("\n");
    expect(lines.find((line) => line.includes("title=does not follow"))).toMatch(/^::error file=notes\/2024\/[^:,]*,line=\d+,title=does not follow::/);
    expect(lines.filter((line) => line.startsWith("::")).every((line) => /^::(?:error|notice) /.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^1 record checked: /);
  });

  it("sarif 2.1.0, with places", () => {
    const log = JSON.parse(broken().call(["verify", "--format", "sarif"]).stdout) as { version: string; runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string; ruleIndex: number; locations: { physicalLocation: { artifactLocation: { uri: string }; region?: { startLine: number } } }[] }[] }[] };
    const [run] = log.runs;
    expect(log.version).toBe("2.1.0");
    expect(run?.results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, locations } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^notes\/2024\//);
    }
  });

  it("junit, which parses whatever a record says", () => {
    const text = broken().call(["verify", "--format", "junit"]).stdout;
    expect(XMLValidator.validate(text)).toBe(true);
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(text) as { testsuites: { "@_failures": string } };
    expect(Number(parsed.testsuites["@_failures"])).toBeGreaterThan(0);
    const { life } = shipped();
    expect(life.call(["verify", "--format", "junit"]).stdout).toContain('<testcase classname="shipnote.verify" name="1 records"/>');
  });

  it("and no other", () => {
    expect(makeLife().refused(["verify", "--format", "html"])).toMatchObject({ status: 2, code: "value-invalid" });
  });
});
