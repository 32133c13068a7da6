import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import type { Finding, ListedException } from "../../src/record/finding.ts";
import { type Life, makeFolder, makeLife, removeAll } from "./life.ts";

/* Ships without a record, what the policy requires, and --since. */

afterAll(removeAll);

function verify(life: Life, ...args: string[]): { status: number | null; findings: Finding[]; exceptions: ListedException[]; records: number } {
  const answer = life.call(["verify", "--json", ...args]);
  return { ...(JSON.parse(answer.stdout) as { findings: Finding[]; exceptions: ListedException[]; records: number }), status: answer.status };
}

/** A repository with a remote, to which one recorded ship was pushed. */
function pushed(config = ""): Life {
  const life = makeLife();
  const remote = makeFolder();
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", remote]);
  life.git("remote", "add", "origin", remote);
  life.commit("Base", { "a.ts": "1\n", "web/a.ts": "1\n", "api/a.ts": "1\n", ...(config === "" ? {} : { "shipnote.config.yaml": config }) });
  life.git("push", "-q", "-u", "origin", "main");
  life.git("remote", "set-head", "origin", "main");
  return life;
}

const missing = ({ findings }: { findings: readonly Finding[] }): string[] => findings.filter(({ code }) => code === "missing").map(({ message, mend }) => `${message.replace(/^no record of what followed in |, \d{4}.*$/g, "")}: ${mend.replace(/[0-9a-f]{12}/g, "SHA")}`);

describe("ships without a record", () => {
  it("are pushes since the first record, each by itself, and a record mends them", () => {
    const life = pushed();
    life.commit("One", { "a.ts": "2\n" });
    // Before the first record nobody asked for any.
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    life.git("push", "-q");
    life.record(["--from", "HEAD~1"]);
    life.commitNotes();
    life.git("push", "-q");
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    life.commit("Two", { "a.ts": "3\n" });
    expect(verify(life).findings).toEqual([]);
    life.git("push", "-q");
    life.commit("Three", { "a.ts": "4\n" });
    life.commit("Four", { "a.ts": "5\n" });
    life.git("push", "-q");
    const found = verify(life);
    expect(found.status).toBe(1);
    expect(missing(found)).toEqual([
      "production: 2 commits of main: shipnote record --env production --from SHA --to SHA",
      "production: 1 commit of main: shipnote record --env production --from SHA --to SHA",
    ]);
    for (const { mend } of found.findings.toReversed()) expect(life.call([...mend.split(" ").slice(1), "--yes"])).toMatchObject({ status: 0 });
    expect(verify(life)).toMatchObject({ status: 0, findings: [], records: 3 });
  });

  it("may come late by the policy's grace", () => {
    const life = pushed("policy: { production: { grace: 24h } }\n");
    life.commit("One", { "a.ts": "2\n" });
    life.record(["--from", "HEAD~1"]);
    life.commit("Two", { "a.ts": "3\n" });
    life.git("push", "-q");
    // The reflog has the fixture's clock: long ago.
    expect(missing(verify(life))).toHaveLength(1);
    life.edit("shipnote.config.yaml", "24h", "99999d");
    expect(missing(verify(life))).toEqual([]);
  });

  it("are merges and tags where nothing is pushed", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n", "shipnote.config.yaml": "environments:\n  production: { branches: [main], tags: [\"v*\"] }\n" });
    life.commit("One", { "a.ts": "2\n" });
    life.record(["--from", "HEAD~1"]);
    life.commit("Typed here, pushed nowhere", { "a.ts": "3\n" });
    expect(missing(verify(life))).toEqual([]);
    life.git("checkout", "-q", "-b", "topic");
    life.commit("Topic", { "b.ts": "1\n" });
    life.git("checkout", "-q", "main");
    life.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic");
    expect(missing(verify(life))).toEqual(["production: 1 commit of main: shipnote record --env production --from SHA --to SHA"]);
    life.git("tag", "v2");
    life.git("tag", "other");
    expect(missing(verify(life))).toEqual([
      "production: 1 commit of main: shipnote record --env production --from SHA --to SHA",
    ]);
  });

  it("are told by environment and component, where the configuration has them", () => {
    const life = pushed("environments: { staging: { branches: [main] }, production: { branches: [\"release/*\"] } }\ncomponents: { web: { paths: [\"web/**\"] }, api: { paths: [\"api/**\"] } }\n");
    life.commit("Web", { "web/a.ts": "2\n" });
    life.commit("Api", { "api/a.ts": "2\n" });
    life.record(["--env", "staging", "--component", "web", "--from", "HEAD~2"]);
    life.record(["--env", "staging", "--component", "api", "--from", "HEAD~2"]);
    life.git("push", "-q");
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    life.commit("Web again", { "web/a.ts": "3\n" });
    life.commit("Neither", { "a.ts": "3\n" });
    life.git("push", "-q");
    expect(missing(verify(life))).toEqual(["staging, web: 1 commit of main: shipnote record --env staging --component web --from SHA --to SHA"]);
  });

  it("are not looked for on lines that no configuration tells of", () => {
    const life = pushed();
    life.commit("One", { "a.ts": "2\n" });
    life.record(["--from", "HEAD~1", "--env", "staging"]);
    life.commit("Two", { "a.ts": "3\n" });
    life.git("push", "-q");
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
  });
});

describe("the policy", () => {
  const config = "policy:\n  production: { require: [reason, expected, rollback, ticket, rehearsal, review, backup] }\n";

  it("requires what is written, captured and approved, each with its place", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n", "shipnote.config.yaml": config });
    life.commit("One\n\nThe body says why.", { "a.ts": "2\n" });
    const ship = life.record(["--from", "HEAD~1"]);
    const rules = (): string[] => verify(life).findings.map(({ message, line }) => `${/`(\w+)`/.exec(message)?.[1] ?? message} ${life.read(ship.path).split("\n")[(line ?? 0) - 1] ?? ""}`);
    expect(rules()).toEqual([
      "reason ## Why", "expected ## Expected result", "rollback ## Rollback", "ticket # One", "rehearsal ## Rollback", "review # One", "backup ## Commands",
    ]);
    life.call(["run", "--as", "backup", "--", "true"]);
    life.record(["--reason", "It was slow.", "--expected", "It is faster.", "--rollback", "Nothing to know.", "--approved-by", "Bo"]);
    expect(rules()).toEqual(["ticket # One", "rehearsal ## Rollback"]);
  });

  it("is excused by exceptions with a reason, which are listed", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n", "shipnote.config.yaml": config.replace("[reason, expected, rollback, ticket, rehearsal, review, backup]", "[review, ticket]") });
    life.commit("One", { "a.ts": "2\n" });
    const ship = life.record(["--from", "HEAD~1", "--exception", "review=Nobody was awake."]);
    expect(ship.record.exceptions).toEqual([{ rule: "review", reason: "Nobody was awake." }]);
    expect(life.read(ship.path)).toContain("- Exception to `review`: Nobody was awake.");
    const found = verify(life);
    expect(found).toMatchObject({ status: 1, exceptions: [{ record: ship.id, path: ship.path, rule: "review", reason: "Nobody was awake." }] });
    expect(found.findings).toMatchObject([{ code: "against-policy", mend: `shipnote record --id ${ship.id} --exception ticket='…'` }]);
    life.record(["--exception", "ticket=Found at night.", "--exception", "review=Bo slept."]);
    expect(verify(life)).toMatchObject({ status: 0, findings: [], exceptions: [{ rule: "ticket" }, { rule: "review", reason: "Bo slept." }] });
    expect(life.call(["verify"]).stdout).toContain(`${ship.path}: exception to review: Bo slept.\n`);
    expect(life.refused(["record", "--yes", "--exception", "tests=No."])).toMatchObject({ status: 2, code: "value-invalid" });
    expect(life.refused(["record", "--yes", "--exception", "review"])).toMatchObject({ status: 2, code: "value-invalid" });
  });
});

describe("--since", () => {
  function three(): { life: Life; ids: string[] } {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    const ids = ["One", "Two", "Three"].map((name) => {
      life.commit(name, { "a.ts": `${name}\n` });
      const { id } = life.record(["--from", "HEAD~1"]);
      life.commitNotes();
      return id;
    });
    return { life, ids };
  }

  it("a commit: records that changed since, and ships that came since", () => {
    const { life, ids } = three();
    expect(verify(life, "--since", "HEAD").records).toBe(0);
    expect(verify(life, "--since", "HEAD~2").records).toBe(1);
    life.edit(`notes/2024/${ids[0] ?? ""}.md`, "verdict: not-measured", "verdict: improved");
    expect(verify(life, "--since", "HEAD")).toMatchObject({ status: 1, records: 1, findings: [{ code: "edited", record: ids[0] }] });
    life.commitNotes();
    expect(verify(life, "--since", "HEAD")).toMatchObject({ status: 0, records: 0 });
    expect(verify(life, "--since", "HEAD~1")).toMatchObject({ status: 1, records: 1 });
  });

  it("a day, and nothing that is neither", () => {
    const { life } = three();
    expect(verify(life, "--since", "2024-03-04").records).toBe(3);
    expect(verify(life, "--since", "2024-03-05").records).toBe(0);
    expect(life.refused(["verify", "--since", "nowhere"])).toMatchObject({ status: 2, code: "revision-unknown" });
  });
});
