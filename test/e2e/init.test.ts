import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Life, makeLife, removeAll } from "./life.ts";
import { document } from "./tool.ts";

afterAll(removeAll);

const manifest = JSON.stringify({ scripts: { test: "vitest", deploy: "x" }, devDependencies: { vitest: "4" } });

function project(files: Record<string, string> = {}): Life {
  const life = makeLife();
  life.commit("Begin", { "package.json": manifest, "package-lock.json": "{}", ".gitignore": "node_modules\n", ...files });
  return life;
}

/** Every file of the work tree and of the git directory's hooks, and what it holds. */
function everything(life: Life): Record<string, string> {
  const all = readdirSync(life.directory, { recursive: true, encoding: "utf8" }).filter((path) => !/^\.git(?:$|\/(?!hooks))/.test(path) && !path.endsWith(".sample"));
  return Object.fromEntries(all.map((path) => {
    try {
      return [path, life.read(path)];
    } catch {
      return [path, ""];
    }
  }));
}

const ours = ["post-merge", "pre-push", "reference-transaction"];
const hooksOf = (life: Life): string[] => ours.filter((name) => life.has(`.git/hooks/${name}`));

describe("init", () => {
  it("writes a configuration that works at once, installs the hook, and says what it found and what comes next", () => {
    const life = project();
    const { status, stdout, stderr } = life.call(["init", "-y"]);
    expect({ status, stdout: stdout.split("\n").filter((line) => line.startsWith("wrote")) }).toEqual({ status: 0, stdout: ["wrote shipnote.config.yaml"] });
    expect(stderr).toContain("Found: ");
    expect(stderr).toContain("tests by Vitest; deploys by `npm run deploy`.");
    expect(stderr).toContain("In it: record.by, checks.tests, compare.setup.");
    expect(stderr).toContain("Next: look at it, and commit it: git add shipnote.config.yaml && git commit");
    expect(stderr).toContain("shipnote run --as deploy -- npm run deploy");
    expect(hooksOf(life)).toEqual(ours);
    expect(parse(life.read("shipnote.config.yaml"))).toEqual({
      record: { by: "hook" },
      checks: { tests: { report: "node_modules/.cache/shipnote/tests.xml", format: "junit", command: "npm test -- --run --reporter=default --reporter=junit --outputFile.junit=node_modules/.cache/shipnote/tests.xml", timeout: "20m" } },
      compare: { setup: "npm ci" },
    });
    expect(life.call(["before", "--dry-run"])).toMatchObject({ status: 0 });
    expect(life.call(["list"])).toMatchObject({ status: 0, stderr: "" });
  });

  it("names every key of the configuration, and what is commented out can be taken in", () => {
    const life = project();
    life.call(["init", "-y", "--no-hook"]);
    const text = life.read("shipnote.config.yaml");
    const schema = JSON.parse(life.call(["schema", "config"]).stdout) as { properties: object };
    const keys = [...text.matchAll(/^#?(\w+):/gm)].map(([, key]) => key);
    expect(keys).toEqual(Object.keys(schema.properties));
    life.write("shipnote.config.yaml", text.replace(/^( *)#(?! \S)/gm, "$1"));
    expect(life.call(["list"])).toMatchObject({ status: 0, stderr: "" });
    expect(Object.keys(parse(life.read("shipnote.config.yaml")) as object)).toEqual(keys);
    expect(text.split("\n").filter((line) => line.length > 120 && !/^ +command: /.test(line))).toEqual([]);
  });

  it("changes nothing when it is run again, and brings in what is new, comments and changes kept", () => {
    const life = project();
    life.call(["init", "-y", "--no-hook"]);
    const first = everything(life);
    expect(life.call(["init", "-y", "--no-hook"])).toMatchObject({ status: 0, stdout: "unchanged: the configuration has all that could be proposed\n" });
    expect(everything(life)).toEqual(first);
    life.edit("shipnote.config.yaml", "timeout: 20m", "timeout: 3m # quick");
    life.edit("shipnote.config.yaml", "# The folder of the records.", "# Where we keep them.");
    life.edit("shipnote.config.yaml", /compare:\n.*\n.*\n/, "# we compare nothing\n");
    const edited = life.read("shipnote.config.yaml");
    life.commit("Add an API", { "conftest.py": "", "services/a/Dockerfile": "", "services/b/Dockerfile": "" });
    const { stdout } = life.call(["init", "-y", "--no-hook"]);
    expect(stdout).toContain("+  # pytest, in conftest.py: a test that newly fails is a regression.\n+  tests-pytest:");
    expect(stdout).not.toMatch(/^-/m);
    const now = life.read("shipnote.config.yaml");
    expect(edited.split("\n").filter((line) => !now.split("\n").includes(line))).toEqual([]);
    expect(parse(now)).toMatchObject({ checks: { tests: { timeout: "3m" }, "tests-pytest": {} }, components: { a: {}, b: {} } });
  });

  it("does not bring back what somebody commented out", () => {
    const life = project();
    life.call(["init", "-y", "--no-hook"]);
    const edited = life.read("shipnote.config.yaml").replace(/^checks:\n.*\n {2}tests:\n(?: {4}.*\n)+/m, (block) => block.replaceAll(/^(?!$)/gm, "# "));
    expect(edited).toContain("#   tests:");
    life.write("shipnote.config.yaml", edited);
    expect(life.call(["init", "-y", "--no-hook"])).toMatchObject({ status: 0, stdout: expect.stringContaining("unchanged") });
    expect(life.read("shipnote.config.yaml")).toBe(edited);
  });

  it.each<[name: string, text: string, expected: string]>([
    ["shipnote.config.yml", "notes: docs # ours\n", "notes: docs # ours\n\nrecord:\n"],
    ["shipnote.config.json", '{\n  "notes": "docs"\n}\n', '{\n  "notes": "docs",\n  "record": {\n    "by": "hook"\n  }'],
  ])("adds to %s in its own format", (name, text, expected) => {
    const life = project({ [name]: text });
    expect(life.call(["init", "-y", "--no-hook"])).toMatchObject({ status: 0 });
    expect(life.read(name).startsWith(expected)).toBe(true);
    expect(life.has("shipnote.config.yaml")).toBe(false);
    const read = (text: string): unknown => (name.endsWith(".json") ? JSON.parse(text) : parse(text));
    expect(read(life.read(name))).toMatchObject({ notes: "docs", record: { by: "hook" }, checks: { tests: {} } });
    expect(life.call(["init", "-y", "--no-hook"]).stdout).toContain("unchanged");
  });

  it("shows what it would do and does nothing, with --dry-run", () => {
    const life = project();
    const before = everything(life);
    const { status, stdout } = life.call(["init", "--dry-run", "--ci", "github"]);
    expect(status).toBe(0);
    expect(stdout).toContain("would write shipnote.config.yaml (new)\n+# What a ship is");
    expect(stdout).toContain("would write .github/workflows/shipnote.yml (new)\n+# Writes the change record");
    expect(everything(life)).toEqual(before);
    expect(life.has(".git/shipnote")).toBe(false);
  });

  it("answers with one document", () => {
    const life = project();
    const planned = document(life.call(["init", "--dry-run", "--json"]));
    expect(planned).toMatchObject({ status: "planned", recordBy: "hook", hook: null, files: [{ path: "shipnote.config.yaml", state: "new", written: false, content: expect.stringContaining("checks:") }], guessed: ["rollback.commands", "rollback.setup", "rollback.rehearse"] });
    expect(document(life.call(["init", "--json"]))).toMatchObject({ status: "written", files: [{ path: "shipnote.config.yaml", written: true }], proposed: ["record.by", "checks.tests", "compare.setup"], hook: { status: "installed" }, found: { tests: [expect.stringMatching(/^npm test -- --run /)] } });
    expect(document(life.call(["init", "--json"]))).toMatchObject({ status: "unchanged", files: [], hook: { status: "unchanged" } });
  });

  it("writes over no job that stands, unless it is told to", () => {
    const life = project();
    life.call(["init", "-y", "--no-hook", "--ci", "github"]);
    expect(parse(life.read("shipnote.config.yaml"))).toMatchObject({ record: { by: "ci" } });
    life.edit(".github/workflows/shipnote.yml", "timeout-minutes: 15", "timeout-minutes: 5");
    const edited = life.read(".github/workflows/shipnote.yml");
    const { status, stdout } = life.call(["init", "-y", "--ci", "github"]);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining("-    timeout-minutes: 5\n+    timeout-minutes: 15") });
    expect(stdout).toContain("left .github/workflows/shipnote.yml as it is (--force writes over it)");
    expect(life.read(".github/workflows/shipnote.yml")).toBe(edited);
    life.call(["init", "-y", "--ci", "github", "--force"]);
    expect(life.read(".github/workflows/shipnote.yml")).toContain("timeout-minutes: 15");
  });

  it("says where the hook and a job would both record, and where CI is to record without one", () => {
    const life = project();
    life.call(["init", "-y", "--no-hook"]);
    expect(life.call(["init", "-y", "--ci", "github", "--no-hook"]).stderr).toContain("With the job, both would record: change it to ci.");
    const other = project();
    expect(other.call(["init", "-y", "--by", "ci"]).stderr).toContain("The job that records: shipnote init --ci other");
    expect(hooksOf(other)).toEqual([]);
    expect(other.call(["init", "-y", "--by", "hook"]).stderr).toContain("The configuration says record.by: ci");
  });

  it("takes a pipeline's include that stands along, and says where it cannot", () => {
    const listed = project({ ".gitlab-ci.yml": "stages: [a]\ninclude:\n  # ours\n  - local: x.yml\njob:\n  script: [x]\n" });
    listed.call(["init", "-y", "--no-hook", "--ci", "gitlab"]);
    expect(listed.read(".gitlab-ci.yml")).toBe("stages: [a]\ninclude:\n  - local: .gitlab/ci/shipnote.gitlab-ci.yml\n  # ours\n  - local: x.yml\njob:\n  script: [x]\n");
    expect(listed.call(["init", "-y", "--no-hook", "--ci", "gitlab"]).stdout).toContain("unchanged");
    const plain = project({ ".gitlab-ci.yml": "include: x.yml\n" });
    expect(plain.call(["init", "-y", "--no-hook", "--ci", "gitlab"]).stderr).toContain("Add to it: local: .gitlab/ci/shipnote.gitlab-ci.yml");
    expect(plain.read(".gitlab-ci.yml")).toBe("include: x.yml\n");
  });

  it("works before the first commit", () => {
    const life = makeLife();
    life.write("package.json", manifest);
    expect(life.call(["init", "-y"])).toMatchObject({ status: 0 });
    expect(parse(life.read("shipnote.config.yaml"))).toMatchObject({ checks: { tests: {} } });
  });
});

describe("init leaves everything as it was where", () => {
  it.each<[what: string, prepare: (life: Life) => void, code: string, status: number]>([
    ["the configuration has a problem", (life) => life.write("shipnote.config.yaml", "noets: x\n"), "config-invalid", 2],
    ["there are two", (life) => { life.write("shipnote.config.yaml", ""); life.write("shipnote.config.yml", ""); }, "config-invalid", 2],
    ["a link stands in its place", (life) => symlinkSync("/nowhere/x.yaml", join(life.directory, "shipnote.config.yaml")), "notes-unsafe", 3],
    ["a file stands where a folder would", (life) => writeFileSync(join(life.directory, ".github"), ""), "notes-unsafe", 3],
    ["the folder of the hooks is a file", (life) => { life.git("config", "core.hooksPath", "hooks/here"); life.write("hooks", ""); }, "not-writable", 3],
  ])("%s", (_, prepare, code, status) => {
    const life = project();
    prepare(life);
    const before = everything(life);
    expect(life.refused(["init", "-y", "--by", "hook", "--ci", "github"])).toMatchObject({ code, status });
    expect(everything(life)).toEqual(before);
    expect(existsSync(join(life.directory, ".github/workflows"))).toBe(false);
  });

  it("the hook fails after a change to a file that stood", () => {
    const life = project({ "shipnote.config.yaml": "notes: docs\n" });
    life.git("config", "core.hooksPath", "hooks/here");
    life.write("hooks", "");
    chmodSync(join(life.directory, "shipnote.config.yaml"), 0o640);
    expect(life.refused(["init", "-y"])).toMatchObject({ code: "not-writable" });
    expect(life.read("shipnote.config.yaml")).toBe("notes: docs\n");
  });

  it.each<[args: string[], words: string]>([
    [["--by", "me"], "--by knows no 'me'."],
    [["--ci", "jenkins"], "--ci knows no 'jenkins'."],
    [["--ci", "github", "--deliver", "mail"], "--deliver knows no 'mail'."],
    [["--deliver", "commit"], "--deliver says how a job of CI delivers, and without --ci none is written."],
  ])("the call is wrong: %j", (args, words) => {
    const life = project();
    expect(life.refused(["init", ...args])).toMatchObject({ code: "usage", status: 2, message: words });
    expect(life.has("shipnote.config.yaml")).toBe(false);
  });

  it("the repository is bare, or there is none", () => {
    expect(makeLife("--bare").refused(["init"])).toMatchObject({ code: "no-work-tree", status: 3 });
    const life = makeLife();
    mkdirSync(join(life.directory, "../elsewhere-of-init"), { recursive: true });
    expect(life.refused(["-C", join(life.directory, "../elsewhere-of-init"), "init"])).toMatchObject({ code: "not-a-repository" });
  });

  it("all hooks of this user would be changed: it says so, and writes the rest", () => {
    const life = project();
    life.write("../hooks-of-all/x", "");
    life.git("config", "--file", join(life.directory, "../global"), "core.hooksPath", join(life.directory, "../hooks-of-all"));
    const { status, stderr } = life.call(["init", "-y"], { env: { GIT_CONFIG_GLOBAL: join(life.directory, "../global") } });
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining("shipnote hook install --shared") });
    expect(readdirSync(join(life.directory, "../hooks-of-all"))).toEqual(["x"]);
    expect(life.has("shipnote.config.yaml")).toBe(true);
  });
});
