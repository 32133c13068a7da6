import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { refused, worded } from "./refusal.ts";
import { shipnote } from "./tool.ts";

let fixture: Fixture;
beforeAll(() => {
  fixture = makeRepository();
  fixture.commit("Greet", { "greet.txt": "hello\n" });
});
afterEach(() => rmSync(join(fixture.directory, "notes"), { recursive: true, force: true }));
afterAll(() => fixture.remove());

const record = ["record", "--yes"];

describe("a template of one's own", () => {
  it.each<[what: string, name: string, source: string, message: string | RegExp]>([
    ["a syntax error", "summary", "a\n{{#if title}\n", /^notes\/templates\/summary\.hbs:2: Parse error on line 2$/],
    ["a block that is not closed", "summary", "a\n\n{{#if title}}\n", /^notes\/templates\/summary\.hbs:\d: /],
    ["an unknown variable", "changes", "One\n\n{{text titel}}\n", "notes/templates/changes.hbs:3: a value is not in the data: {{text titel}}"],
    ["a prototype", "summary", "{{text constructor.name}}\n", /^notes\/templates\/summary\.hbs:1: /],
    ["a value that is not escaped", "summary", "x\n{{{title}}}\n", /^notes\/templates\/summary\.hbs:2: \{\{title\}\} does not say for which place it is written/],
    ["a partial", "summary", "{{> other}}\n", /^notes\/templates\/summary\.hbs:1: only /],
    ["a script", "summary", "a\n\n<script>x</script>\n", "notes/templates/summary.hbs:3: raw HTML of this kind may not stand in a template"],
    ["a region's marker", "summary", "a\n{{#if title}}\n\nx\n{{/if}}\n{{! c }}\n<!-- /shipnote:changes -->\n", "notes/templates/summary.hbs:7: the markers of a region are not written by hand; {{region \"name\"}} writes them"],
    ["a name that is none of ours", "sumary", "x\n", "notes/templates/sumary.hbs takes the place of no template"],
  ])("with %s: file and line", (_what, name, source, message) => {
    fixture.write(`notes/templates/${name}.hbs`, source);
    const refusal = refused(fixture.directory, record, [2, "template-invalid"]);
    expect([refusal.message]).toEqual([worded(message)]);
  });

  it("with a region twice: nothing is written that could not be brought up to date", () => {
    fixture.write("notes/templates/record.hbs", "{{region \"summary\"}}\n\n{{region \"summary\"}}\n");
    expect(refused(fixture.directory, record, [1, "regions-damaged"]).message).toBe("The markers of generated parts do not pair: line 5: `summary` stands there twice.");
  });

  it("that is a folder", () => {
    mkdirSync(join(fixture.directory, "notes/templates/summary.hbs"), { recursive: true });
    expect(refused(fixture.directory, record, [3, "notes-unsafe"]).message).toBe(`${join(fixture.directory, "notes/templates/summary.hbs")} is no plain file.`);
  });

  it("that is right is used", () => {
    fixture.write("notes/templates/commands.hbs", "Nothing of note.\r\n");
    expect(shipnote(fixture.directory, [...record, "--stdout"]).stdout).toContain("<!-- shipnote:commands -->\n\nNothing of note.\n\n<!-- /shipnote:commands -->\n");
  });
});
