import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { refused, worded } from "./refusal.ts";

let fixture: Fixture;
beforeAll(() => {
  fixture = makeRepository();
  fixture.commit("Greet", { "greet.txt": "hello\n" });
});
afterAll(() => fixture.remove());

const expected = "a configuration as `shipnote schema config` describes it";

describe("shipnote.config.yaml", () => {
  it.each<[what: string, source: string, message: string | RegExp]>([
    ["broken YAML", "environment: [\n  a: b\n", /^shipnote\.config\.yaml:3:1: /],
    ["a quote that is not closed", "owner: web\nnotes: \"unclosed\n", /^shipnote\.config\.yaml:3:1: /],
    ["a tab", "checks:\n\tx: 1\n", /^shipnote\.config\.yaml:2:1: /],
    ["an unknown key", "owner: web\nenviroment: staging\n", "shipnote.config.yaml:2:1: enviroment: there is no such key; did you mean environment?"],
    ["an unknown key further in", "checks:\n  slow:\n    command: ls\n    rouns: 3\n", "shipnote.config.yaml:4:5: checks.slow.rouns: there is no such key; did you mean rounds?"],
    ["a wrong type", "branches: main\n", "shipnote.config.yaml:1:11: branches: expected a list, found the text \"main\""],
    ["a key twice", "owner: a\nowner: b\n", /^shipnote\.config\.yaml:2:1: /],
    ["no mapping", "just words\n", "shipnote.config.yaml:1:1: expected a mapping, found the text \"just words\""],
    ["an alias of nothing", "owner: web\nnotes: *nope\n", /^shipnote\.config\.yaml:2:8: .*nope$/],
    ["a regular expression that is none", "redact: [\"(\"]\n", /^shipnote\.config\.yaml:1:10: redact\.0: expected a regular expression/],
    ["a prototype", "__proto__: { a: b }\n", /^shipnote\.config\.yaml:1:1: __proto__: there is no such key/],
    ["a terminal escape", "\"a\\e[31mb\": 1\n", /^shipnote\.config\.yaml:1:1: a\p{Cc}\[31mb: there is no such key/u],
    ["all problems at once", "branches: main\nrecord: { by: me }\n", /:1:11: branches: [^\n]+\n[^\n]+:2:\d+: record\.by: [^\n]+$/],
  ])("%s", (_what, source, message) => {
    fixture.write("shipnote.config.yaml", source);
    const refusal = refused(fixture.directory, ["record", "--yes"], [2, "config-invalid"]);
    expect(refusal).toMatchObject({ message: worded(message), expected, retry: true });
  });

  it("an alias bomb, at its place, in no time", () => {
    const level = (name: string, of: string): string => `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(", ")}]\n`;
    fixture.write("shipnote.config.yaml", level("a", "x") + ["b", "c", "d", "e", "f", "g", "h", "i"].map((name, at) => level(name, `*${"abcdefgh"[at]}`)).join(""));
    const started = performance.now();
    const { message } = refused(fixture.directory, ["record", "--yes"], [2, "config-invalid"]);
    expect(message).toMatch(/^shipnote\.config\.yaml:9:\d+: Excessive alias count/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each(["../out", "/etc", ".git", ".git/hooks", "notes/.git/hooks", ".GIT", ".", "", "a/../../b", "no\\ntes", "~/notes"])("notes in %j", (notes) => {
    fixture.write("shipnote.config.yaml", `notes: "${notes}"\n`);
    expect(refused(fixture.directory, ["record", "--yes"], [2, "config-invalid"]).message).toMatch(/^shipnote\.config\.yaml:1:8: notes: expected a /);
  });
});

describe("--config", () => {
  it.each([["is missing", "missing.yaml", /^There is no configuration .*missing\.yaml\.$/], ["is a folder", ".git", /^The configuration .* cannot be read \(EISDIR\)\.$/]])("%s", (_what, file, message) => {
    fixture.write("shipnote.config.yaml", "");
    expect(refused(fixture.directory, ["record", "--yes", "--config", file], [2, "config-invalid"]).message).toMatch(message);
  });

  it("two configurations", () => {
    fixture.write("shipnote.config.yaml", "");
    fixture.write("shipnote.config.json", "{}");
    expect(refused(fixture.directory, ["list"], [2, "config-invalid"]).message).toBe("There are two configurations, shipnote.config.yaml and shipnote.config.json.");
    rmSync(`${fixture.directory}/shipnote.config.json`);
  });
});
