import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fits } from "./json-schema.ts";
import { type Life, makeLife, removeAll, type Written } from "./life.ts";

afterAll(removeAll);

/** Three ships of two environments, a rollback among them, a ship without commits; with commands. */
interface Story extends Life {
  one: Written;
  staged: Written;
  back: Written;
  flag: Written;
}

function story(): Story {
  const life = makeLife();
  const base = life.commit("Base", { "a.txt": "1\n", "shipnote.config.yaml": 'owner: "@web-team"\n' });
  life.commit("Cache article lookups", { "a.txt": "2\n", "db/migrations/0001_init.sql": "create table a (b int);\n" });
  const run = (...args: string[]) => life.call(["run", ...args]);
  run("--env", "production", "--as", "backup", "--", "echo", "dumped");
  run("--env", "production", "--as", "deploy", "--", "true");
  const one = life.record(["--at", "2024-03-04T10:00:00Z"]);
  run("--env", "staging", "--as", "deploy", "--", "sh", "-c", "exit 4");
  const staged = life.record(["--env", "staging", "--at", "2024-03-05T10:00:00Z", "--owner", "Lin Berg"]);
  run("--env", "production", "--as", "rollback", "--", "true");
  const back = life.record(["--to", base, "--at", "2024-03-06T10:00:00Z"]);
  const flag = life.record(["--no-range", "--title", "Turn search | on", "--at", "2023-12-31T23:59:59Z"]);
  return { ...life, one, staged, back, flag };
}

let life: Story;
beforeAll(() => {
  life = story();
});

describe("list, show, rollback", () => {
  const ids = (...args: string[]): string[] => {
    const { records } = JSON.parse(life.call(["list", "--json", ...args]).stdout) as { records: { id: string; path: string }[] };
    for (const { path } of records) expect(life.has(path)).toBe(true);
    return records.map(({ id }) => id);
  };

  it.each<[string[], (story: Story) => Written[]]>([
    [[], ({ back, staged, one, flag }) => [back, staged, one, flag]],
    [["--env", "staging"], ({ staged }) => [staged]],
    [["--since", "2024-03-05"], ({ back, staged }) => [back, staged]],
    [["--until", "2024-03-04"], ({ one, flag }) => [one, flag]],
    [["--since", "2024-03-04", "--until", "2024-03-04"], ({ one }) => [one]],
    [["--owner", "Lin Berg"], ({ staged }) => [staged]],
    [["--verdict", "not-measured", "--limit", "2"], ({ back, staged }) => [back, staged]],
    [["--verdict", "improved"], () => []],
    [["--hazard", "migration", "--env", "production"], ({ one, back }) => [back, one].filter(({ record }) => record.rollback.hazards.some(({ kind }) => kind === "migration"))],
    [["--grep", "SEARCH"], ({ flag }) => [flag]],
    [["--grep", "0001_init", "--env", "staging"], ({ staged }) => [staged]],
    [["--outcome", "ok"], () => []],
  ])("list %j", (args, expected) => {
    expect(ids(...args)).toEqual(expected(life).map(({ id }) => id));
  });

  it("list says in words what stands there, newest first, one line each", () => {
    const lines = life.call(["list"]).stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ["2024-03-06 10:00", "production", "not measured", "@web-team", life.back.id, "Roll back: Cache article lookups"],
      ["2024-03-05 10:00", "staging", "not measured", "Lin Berg", life.staged.id, "Cache article lookups"],
      ["2024-03-04 10:00", "production", "undone", "@web-team", life.one.id, "Cache article lookups"],
      ["2023-12-31 23:59", "production", "not measured", "@web-team", life.flag.id, "Turn search | on"],
    ]);
    expect(life.call(["list", "--env", "elsewhere"]).stdout).toBe("no record fits\n");
  });

  it("an outcome said beside a record is listed", () => {
    const own = story();
    own.write(own.one.data.replace("record.json", "outcome.json"), `${JSON.stringify({ version: 1, id: own.one.id, outcome: "rolled-back", at: "2024-03-06T10:00:00Z", reason: null }, null, 2)}\n`);
    expect(JSON.parse(own.call(["list", "--json", "--outcome", "rolled-back"]).stdout).records).toMatchObject([{ id: own.one.id, outcome: "rolled-back" }]);
    expect(own.record(["--id", own.one.id]).status).toBe("written");
    expect(own.read(own.one.path)).toContain("\noutcome: rolled-back\n");
    expect(own.record(["--id", own.one.id]).status).toBe("unchanged");
  });

  it("show prints a record as it stands, the newest without a name", () => {
    expect(life.call(["show", life.one.id]).stdout).toBe(life.read(life.one.path));
    expect(life.call(["show"]).stdout).toBe(life.read(life.back.path));
    expect(JSON.parse(life.call(["show", life.one.id, "--json"]).stdout)).toMatchObject({ id: life.one.id, outcome: null, record: life.one.record });
    const summary = life.call(["show", life.one.id, "--format", "summary"]).stdout;
    // No forge is known, so what is a link in the record is words elsewhere.
    expect(life.read(life.one.path).replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")).toContain(summary.trimEnd());
    expect(summary.split("\n").length).toBeLessThan(15);
    expect(life.refused(["show", "2024-01-01-never"])).toMatchObject({ status: 2, code: "record-unknown" });
    expect(life.refused(["show", "../../etc/passwd"])).toMatchObject({ status: 2 });
  });

  it("rollback prints the plan so that it can be piped into sh", () => {
    const { stdout } = life.call(["rollback", life.one.id]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe(`# Undo ${life.one.id}: Cache article lookups`);
    expect(lines.filter((line) => !line.startsWith("#"))).toEqual(life.one.record.rollback.commands.filter((line) => !line.startsWith("#")));
    expect(stdout).toContain("# left behind: db/migrations/0001_init.sql: ");
    expect(JSON.parse(life.call(["rollback", "--json"]).stdout)).toMatchObject({ id: life.back.id, rollback: life.back.record.rollback });
    expect(life.call(["rollback", "--env", "staging"]).stdout).toContain(life.staged.id);
    expect(life.call(["rollback", life.flag.id]).stdout).toContain("# no plan");
  });

  it("rollback --check answers for today, by exit status as well", () => {
    const own = story();
    const answers = () => (JSON.parse(own.call(["rollback", "--check", "--env", "staging", "--json"]).stdout) as { records: { id: string; applies: { status: string; conflicts: string[] } }[] }).records;
    expect(answers()).toMatchObject([{ id: own.staged.id, applies: { status: "clean", conflicts: [] } }]);
    expect(own.call(["rollback", "--check", "--env", "staging"]).status).toBe(0);
    own.commit("In the way", { "a.txt": "other\n" });
    const before = own.git("count-objects", "-v");
    expect(answers()).toMatchObject([{ id: own.staged.id, applies: { status: "conflicts", conflicts: ["a.txt"] } }]);
    expect(own.call(["rollback", "--check", "--env", "staging"])).toMatchObject({ status: 1, stdout: `conflicts  ${own.staged.id}  a.txt\n` });
    expect(own.git("count-objects", "-v")).toBe(before);
    expect(own.git("status", "--porcelain", "--", "a.txt")).toBe("");
  });
});

describe("the index", () => {
  it("lists newest first, by year, and knows when it is stale", () => {
    const own = story();
    expect(own.refused(["index", "--check"])).toMatchObject({ status: 1, code: "index-stale" });
    expect(own.call(["index"]).status).toBe(0);
    const front = own.read("notes/README.md");
    const rows = front.split("\n").filter((line) => line.startsWith("| 20"));
    expect(rows.map((row) => /\(([^)]*\.md)\)/.exec(row)?.[1])).toEqual([own.back, own.staged, own.one, own.flag].map(({ path }) => path.replace("notes/", "")));
    expect(rows[0]).toMatch(/^\| 2024-03-06 \| \[Roll back: /);
    expect(rows[3]).toContain("Turn search \\| on");
    for (const row of rows) expect(own.has(`notes/${/\(([^)]*\.md)\)/.exec(row)?.[1] ?? ""}`)).toBe(true);
    expect(front).toMatch(/- \[2024\]\(2024\/README\.md\): 3 records\n- \[2023\]\(2023\/README\.md\): 1 record\n/);
    expect(own.read("notes/2023/README.md")).toContain(`](${own.flag.id}.md)`);
    expect(own.read("notes/2023/README.md")).not.toContain(own.one.id);
    expect(own.call(["index", "--check"])).toMatchObject({ status: 0 });
    expect(own.call(["index"]).stdout).toBe("unchanged: all is up to date\n");
    own.commit("Next", { "a.txt": "9\n" });
    const next = own.call(["record", "--yes"]);
    expect(next.stderr).toContain("The index is stale: shipnote index");
    expect(own.call(["index", "--check"]).status).toBe(1);
    expect(own.call(["record", "--yes", "--index", "--owner", "@ops"]).stderr).not.toContain("stale");
    expect(own.call(["index", "--check"]).status).toBe(0);
    expect(own.read("notes/README.md")).toContain("`@ops`");
  });

  it("is the same by record --index as by index, also where ships have one moment", () => {
    const own = makeLife();
    own.commit("Base", { "a.txt": "1\n" });
    const at = ["--no-range", "--at", "2024-03-05"];
    const { data } = own.record([...at, "--title", "Zoom in"]);
    own.edit(data, /"recordedAt": "[^"]+"/, '"recordedAt": "2024-03-05T00:00:00Z"');
    own.record([...at, "--title", "Ask twice", "--index"]);
    expect(own.call(["index", "--check"]).status).toBe(0);
  });

  it("leaves people's words around its region alone, and refuses an edit inside it", () => {
    const own = story();
    own.call(["index"]);
    own.edit("notes/README.md", "# Change records\n", "# Our ships\n\nAsk *Lin*   before you delete any.\n");
    own.edit("notes/README.md", "<!-- /shipnote:index -->\n", "<!-- /shipnote:index -->\n\n## Guides\n\n* how to\r\n");
    const hands = own.read("notes/README.md");
    expect(own.call(["index", "--check"]).status).toBe(0);
    expect(own.call(["record", "--yes", "--id", own.one.id, "--rollback", "Call Lin."]).stderr).not.toContain("stale");
    expect(own.call(["record", "--yes", "--id", own.one.id, "--title", "Renamed"]).stderr).toContain("The index is stale: shipnote index");
    own.call(["index"]);
    const now = own.read("notes/README.md");
    expect(now).toContain("Renamed");
    const outside = (text: string): string => text.replace(/<!-- shipnote:index -->[^]*<!-- \/shipnote:index -->/, "");
    expect(outside(now)).toBe(outside(hands));
    own.edit("notes/README.md", "Renamed", "Renamed by hand");
    expect(own.refused(["index"])).toMatchObject({ status: 1, code: "region-edited", message: expect.stringContaining("notes/README.md") });
    expect(own.read("notes/README.md")).toContain("Renamed by hand");
    expect(own.call(["index", "--force"]).status).toBe(0);
    expect(own.read("notes/README.md")).not.toContain("by hand");
  });
});

describe("runbooks", () => {
  it("one for each kind of work, by line, with how it went; people's words survive", () => {
    const own = story();
    const listed = (): string[] => own.git("ls-files", "--others", "notes/runbooks").split("\n");
    expect(own.call(["runbook"]).status).toBe(0);
    expect(listed()).toEqual(["notes/runbooks/backup.md", "notes/runbooks/deploy.md", "notes/runbooks/rollback.md"]);
    const deploy = own.read("notes/runbooks/deploy.md");
    expect(deploy.match(/^## .*$/gm)).toEqual(["## production", "## staging"]);
    expect(deploy).toContain(`](../2024/${own.one.id}.md)`);
    expect(deploy).toMatch(/\| `sh -c 'exit 4'` \|[^|]*4[^|]*\|/);
    expect(deploy).toContain(own.staged.record.rollback.commands[0]);
    expect(own.read("notes/runbooks/backup.md")).toContain("```sh\necho dumped\n```");
    expect(own.call(["runbook"]).stdout).toBe("unchanged: all is up to date\n");
    own.edit("notes/runbooks/deploy.md", "# Runbook: deploy\n", "# Runbook: deploy\n\nCall Lin first.\n");
    own.call(["run", "--env", "production", "--as", "deploy", "--", "true"]);
    own.commit("Next", { "a.txt": "9\n" });
    const next = own.record();
    expect(own.call(["runbook", "deploy"]).stdout).toBe("wrote notes/runbooks/deploy.md\n");
    expect(own.read("notes/runbooks/deploy.md")).toContain("# Runbook: deploy\n\nCall Lin first.\n");
    expect(own.read("notes/runbooks/deploy.md")).toContain(next.id);
    expect(own.read("notes/runbooks/deploy.md")).toContain("2 ships did it");
    own.edit("notes/runbooks/deploy.md", "2 ships did it", "3 ships did it");
    expect(own.refused(["runbook"])).toMatchObject({ status: 1, code: "region-edited" });
    expect(own.refused(["runbook", "paint"])).toMatchObject({ status: 2, code: "usage" });
  });
});

describe("schema", () => {
  it("every record.json of these ships fits the printed JSON Schema", () => {
    const schema = JSON.parse(life.call(["schema", "record"]).stdout) as Record<string, unknown>;
    for (const { data } of [life.one, life.staged, life.back, life.flag]) {
      const facts: unknown = JSON.parse(life.read(data));
      expect(fits(schema, facts)).toEqual([]);
    }
    const { title: _title, ...untitled } = life.one.record;
    expect(fits(schema, untitled)).toEqual(["$.title is missing"]);
    expect(fits(schema, { ...life.one.record, direction: "sideways" })).not.toEqual([]);
    expect(fits(schema, { ...life.one.record, commits: [{ ...life.one.record.commits[0], parents: -1 }] })).not.toEqual([]);
  });

  it.each(["record", "config", "outcome"])("%s is a JSON Schema that says what its parts are", (name) => {
    const schema = JSON.parse(life.call(["schema", name]).stdout) as Record<string, unknown>;
    expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" });
    expect(Object.keys(schema["properties"] as object).length).toBeGreaterThan(3);
  });

  it("of nothing else is refused", () => {
    expect(life.refused(["schema", "ships"])).toMatchObject({ status: 2, code: "usage" });
  });
});
