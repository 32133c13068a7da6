import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { random } from "../secrets/corpus.ts";
import { shipnote } from "./tool.ts";

/** Joined here, so that no scanner takes this file for a leak. */
const secrets = {
  github: `ghp_${"A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8".slice(0, 36)}`,
  password: `hunter2-${"correct"}-horse-battery`,
  bearer: `eyJhbGciOiJIUzI1NiJ9.${"eyJzdWIiOiIxMjM0NTY3ODkwIn0"}.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U`,
  url: `s3cr3t${"Passw0rd"}`,
  environment: `from-the-environment-${"4711"}-0815`,
  own: `ACME-${"90210"}555`,
  key: `MII${random("alnum", 61)}`,
};

const env = { DEPLOY_TOKEN: secrets.environment };
let fixture: Fixture;
let said: string;
beforeAll(() => {
  fixture = makeRepository();
  const { commit, directory, git } = fixture;
  const first = commit("First", { "a.txt": "1\n", "shipnote.config.yaml": "redact: [\"ACME-[0-9]{8}\"]\nchecks:\n  page:\n    command: sh check.sh\n    rounds: 1\n    metrics: { hits: { pattern: \"hits=([0-9]+)\" } }\n  tests:\n    report: report.xml\n" });
  commit(`Use ${secrets.github} at last\n\nThe password=${secrets.password} is no more.\nAuthorization: Bearer ${secrets.bearer}\n\nCloses: #12\nReviewed-by: ${secrets.github} <x@e.org>`, { "a.txt": "2\n", [`${secrets.own}.txt`]: "x\n" });
  commit(`Connect to postgres://app:${secrets.url}@db.example/app`, { "check.sh": `echo hits=3; echo 'token: ${secrets.github} ${secrets.own}'\n` }, { name: `Ada ${secrets.own}` });
  git("checkout", "-q", "-b", `fix/${secrets.own}`);
  writeFileSync(join(directory, "failing.yaml"), "redact: [\"ACME-[0-9]{8}\"]\nchecks:\n  bad:\n    command: sh check.sh >&2; exit 127\n    rounds: 1\n");
  writeFileSync(join(directory, "report.xml"), `<testsuite name="t" tests="2" failures="2"><testcase name="with ${secrets.github}" classname="c"><failure>${secrets.password}</failure></testcase><testcase name="${secrets.own}" classname="c"><failure/></testcase></testsuite>`);
  const calls: string[][] = [
    ["run", "--as", "deploy", "--name", `deploy ${secrets.github}`, "--", "sh", "-c", `echo password=${secrets.password}; echo ${secrets.environment}; echo postgres://app:${secrets.url}@db.example/app >&2`, "--token", secrets.github],
    ["run", "--", "printf", "%s\\n", "-----BEGIN RSA PRIVATE KEY-----", secrets.key, "-----END RSA PRIVATE KEY-----"],
    ["run", "--", "env", `API_TOKEN=${secrets.password}`, "true"],
    ["before"], ["after"], ["after", "--json"], ["before", "--config", "failing.yaml"],
    ["record", "--yes", "--from", first, "--title", `Title ${secrets.github}`, "--reason", `Because of ${secrets.own} and ${secrets.environment}`, "--expected", `Bearer ${secrets.bearer} works`, "--assumptions", `password: ${secrets.password}`,
      "--rollback", `psql postgres://app:${secrets.url}@db.example/app`, "--owner", `@web ${secrets.own}`, "--approved-by", `Lin ${secrets.github}`, "--command", `curl -H 'Authorization: Bearer ${secrets.bearer}' https://e.org`, "--after", "more=report.xml"],
    ["index"], ["runbook"], ["list"], ["show"], ["rollback"], ["record", "--yes", "--json"],
  ];
  said = calls.map((args) => shipnote(directory, args, { env })).map(({ stdout, stderr }, at) => (calls[at]?.[0] === "run" ? "" : stdout + stderr)).join("\n");
}, 60_000);
afterAll(() => fixture.remove());

/** What we wrote: the notes, and our own part of the git directory. */
function written(): string {
  return ["notes", ".git/shipnote"].flatMap((folder) =>
    readdirSync(join(fixture.directory, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), "utf8")}`)
  ).join("\n");
}

describe("a secret in a subject, a body, a path, a name, a command, its output, words, a result", () => {
  it("is nowhere on disk", () => {
    const text = written();
    for (const [name, secret] of Object.entries(secrets)) expect({ name, found: text.includes(secret) }).toEqual({ name, found: false });
  });

  it("and in nothing that was said, but by the command itself", () => {
    for (const [name, secret] of Object.entries(secrets)) expect({ name, found: said.includes(secret) }).toEqual({ name, found: false });
  });

  it("leaves what stood around it, and the names of the rules", () => {
    const text = written();
    for (const words of ["Title [masked]", "Because of [masked] and [masked]", "Use [masked] at last", "postgres://", "with [masked]", "curl -H 'Authorization: Bearer [masked]' https://e.org", "deploy [masked]"]) expect(text).toContain(words);
    expect(said).toContain("shipnote: bad could not be run: sh check.sh >&2; exit 127 (the shell did not find it: token: [masked] [masked]).\n");
    const path = /notes\/2026\/(\S+)\.md/.exec(said)?.[1] ?? "";
    const { commands } = JSON.parse(readFileSync(join(fixture.directory, "notes/2026", path, "record.json"), "utf8")) as { commands: { redactions: string[] }[] };
    expect(commands.map(({ redactions }) => redactions.length > 0)).toEqual([true, true, true, true]);
  });
});
