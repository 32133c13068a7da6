import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadTemplates } from "../../src/render/templates.ts";

const folder = new URL("../../templates/", import.meta.url);

async function problem(source: string, name = "checklist"): Promise<string> {
  return loadTemplates({ [name]: source }).then(() => "none", (error: unknown) => (error instanceof Error ? error.message : String(error)));
}

describe("a user's partials", () => {
  it("stand in place of ours, with the same data and the same escaping", async () => {
    const templates = await loadTemplates({ checklist: "{{#each items}}\r\n* {{text item}}{{#if evidence}} ({{text evidence}}){{else}} (open){{/if}}\r\n{{/each}}\r\n" });
    const items = [{ item: "ask @bob", done: true, evidence: null }, { item: "<b>", done: true, evidence: "at 09:00" }];
    expect(templates.render("checklist", { none: false, items })).toBe("* ask `@bob` (open)\n* \\<b> (at 09:00)");
  });

  it("change the digest, whatever their line ends, and ours alone give always the same", async () => {
    const [ours, same, other, crlf] = await Promise.all([{}, {}, { checklist: "a\nb" }, { checklist: "a\r\nb" }].map(async (partials) => (await loadTemplates(partials)).digest));
    expect(ours).toMatch(/^[0-9a-f]{64}$/);
    expect(same).toBe(ours);
    expect(other).not.toBe(ours);
    expect(crlf).toBe(other);
  });

  it.each([
    ["a syntax error", "a\nb {{#if x}}\n", "notes/templates/checklist.hbs:3: Parse error on line 3"],
    ["a value with no place", "a\n{{item}}\n", "notes/templates/checklist.hbs:2: {{item}} does not say for which place it is written: {{text item}} in a sentence, {{cell item}} in a table, {{code item}} …"],
    ["a raw value", "{{{item}}}", "checklist.hbs:1: {{item}} does not say"],
    ["an unescaped value", "{{&item}}", "checklist.hbs:1: {{item}} does not say"],
    ["a partial", "x\n{{> summary}}", "checklist.hbs:2: only {{helper value}}"],
    ["an inline partial", "{{#*inline \"a\"}}x{{/inline}}", "checklist.hbs:1: only {{helper value}}"],
    ["a helper that is none", "{{#list items}}x{{/list}}", "checklist.hbs:1: {{#list}} is unknown; there are #if, #unless, #each, #with"],
    ["a lookup", "{{lookup items 1}}", "checklist.hbs:1: {{lookup}} does not say for which place it is written"],
    ["a call in a call", "{{text (code item)}}", "checklist.hbs:1: {{text}} takes plain values"],
    ["a data variable", "{{text @root.item}}", "checklist.hbs:1: {{text}} takes plain values"],
    ["block parameters", "{{#each items as |item|}}x{{/each}}", "checklist.hbs:1: block parameters"],
    ["text in a table", "| {{text item}} |", "checklist.hbs:1: {{text}} is not for the row of a table; cell, codeCell, codeLinkCell, linkCell are"],
    ["text in a table without edges", "a\n{{text item}} | b", "checklist.hbs:2: {{text}} is not for the row of a table"],
    ["text in a row over several tags", "| a {{#if x}}{{text item}}{{/if}}", "checklist.hbs:1: {{text}} is not for the row of a table"],
    ["a cell in a sentence", "{{cell item}}", "checklist.hbs:1: {{cell}} is not for a sentence"],
    ["text in HTML", "<summary>{{text item}}</summary>", "checklist.hbs:1: {{text}} is not for raw HTML; html is"],
    ["text behind HTML", "<div>\n{{text item}}", "checklist.hbs:2: {{text}} is not for raw HTML"],
    ["a value in a tag", "<a href=\"{{html item}}\">", "checklist.hbs:1: no value may stand inside an HTML tag"],
    ["a script", "<script>\n{{html item}}\n</script>", "raw HTML of this kind may not stand in a template"],
    ["an open comment", "<!-- a\n\n{{html item}} -->", "raw HTML of this kind may not stand in a template"],
    ["a value between backticks", "`{{text item}}`", "checklist.hbs:1: no value may stand between backticks"],
    ["a value in a fence", "```\n{{text item}}\n```", "checklist.hbs:2: no value may stand in a fence"],
    ["a value as an address", "[x]({{text item}})", "checklist.hbs:1: no value may be the address of a link"],
    ["a fence in a line", "a {{fence item \"text\"}}", "checklist.hbs:1: {{fence}} needs a line of its own"],
  ])("are refused with file and line for %s", async (_, source, message) => {
    expect(await problem(source)).toContain(message);
  });

  it("name every problem at once, and fail with a code", async () => {
    expect(await problem("{{a}}\n\n{{b}}")).toMatch(/:1: .*\n.*:3: /);
    await expect(loadTemplates({ checklist: "{{a}}" })).rejects.toMatchObject({ code: "template-invalid", retry: true });
  });

  it("are refused where they take the place of nothing", async () => {
    expect(await problem("x", "sumary")).toBe("notes/templates/sumary.hbs takes the place of no template");
  });

  it.each([
    ["a sentence", "a\n{{text missing}}", 2],
    ["a condition", "{{#if missing}}x{{/if}}", 1],
    ["its opposite", "{{#unless missing}}x{{/unless}}", 1],
    ["a list", "\n\n{{#each missing}}x{{/each}}", 3],
    ["a list's item", "{{#each items}}\n{{text nothing}}\n{{/each}}", 2],
    ["an object", "{{#with missing}}x{{/with}}", 1],
    ["a text that is none", "{{text items}}", 1],
    ["what every object has", "{{text constructor}}", 1],
  ])("name file and line where %s asks for a value that is not there", async (_, source, line) => {
    const templates = await loadTemplates({ checklist: source }, "docs/ships/templates");
    expect(() => templates.render("checklist", { items: [{ item: "a" }] })).toThrow(`docs/ships/templates/checklist.hbs:${line}: a value is not in the data: ${source.split("\n")[line - 1]}`);
  });

  it("never run what strangers write", async () => {
    const templates = await loadTemplates({ checklist: "{{text a}} {{code a}}" });
    expect(templates.render("checklist", { a: "{{#each this}}{{b}}{{/each}}" })).not.toContain("[object");
  });
});

describe("our templates", () => {
  it("keep the rules that a user's must keep", async () => {
    const partials = Object.fromEntries(readdirSync(folder).filter((file) => file.endsWith(".hbs")).map((file) => [file.slice(0, -4), readFileSync(new URL(file, folder), "utf8")]));
    const { digest } = await loadTemplates(partials);
    expect(digest).toBe((await loadTemplates({})).digest);
  });

  it("have their data listed in templates/README.md, name by name", () => {
    const readme = readFileSync(new URL("README.md", folder), "utf8");
    for (const name of ["summary", "changes", "commands", "metrics", "rollback", "checklist", "record"]) {
      const section = readme.split(`\n## ${name}.hbs\n`)[1]?.split("\n## ")[0] ?? "";
      const source = readFileSync(new URL(`${name}.hbs`, folder), "utf8");
      const used = [...source.matchAll(/\{\{~?(?:#?\w+) ((?:[\w./]+ ?)+)/g)].flatMap((found) => (found[1] ?? "").trim().split(" "));
      const missing = used.map((path) => path.split(/[./]/).at(-1) ?? "").filter((word) => word !== "this" && !section.includes(`\`${word}\``));
      expect([name, ...new Set(missing)]).toEqual([name]);
    }
  });
});
