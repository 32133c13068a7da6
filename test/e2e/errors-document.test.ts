import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { refused } from "./refusal.ts";
import { shipnote } from "./tool.ts";

const id = "2026-11-24-greet-twice";
let fixture: Fixture;
let path: string;
let whole: string;
beforeAll(() => {
  fixture = makeRepository();
  fixture.commit("Greet", { "greet.txt": "hello\n" });
  fixture.commit("Greet twice", { "greet.txt": "hello\nhello\n" });
  shipnote(fixture.directory, ["record", "--yes", "--reason", "Readers asked."]);
  path = join(fixture.directory, "notes/2026", `${id}.md`);
  whole = readFileSync(path, "utf8");
});
beforeEach(() => writeFileSync(path, whole));
afterAll(() => fixture.remove());

const update = ["record", "--yes", "--expected", "More greetings."];

/** The number of the first line that is this. */
const lineOf = (line: string, text = whole): number => text.split("\n").indexOf(line) + 1;
const [open, close, changes] = ["<!-- shipnote:summary -->", "<!-- /shipnote:summary -->", "<!-- shipnote:changes -->"];

describe("markers", () => {
  it.each<[what: string, damage: () => string, message: () => string]>([
    ["that is never closed", () => whole.replace(`${close}\n`, ""), () => `line ${lineOf(changes) - 1}: \`changes\` opens within \`summary\`.`],
    ["that was never opened", () => whole.replace(`${open}\n`, ""), () => `line ${lineOf(close) - 1}: \`summary\` closes without having been opened.`],
    ["doubled", () => whole.replace(open, `${open}\n\n${open}`), () => `line ${lineOf(open) + 2}: \`summary\` opens within \`summary\`.`],
    ["nested", () => whole.replace(changes, `${changes}\n\n<!-- shipnote:commands -->`), () => `line ${lineOf(changes) + 2}: \`commands\` opens within \`changes\`.`],
    ["pasted twice", () => `${whole}\n${open}\n\nx\n\n${close}\n`, () => `line ${whole.split("\n").length + 1}: \`summary\` stands there twice.`],
    ["the last, cut off with the rest", () => whole.slice(0, whole.indexOf(changes) + changes.length), () => `line ${lineOf(changes)}: \`changes\` opens and is never closed.`],
  ])("one %s", (_what, damage, message) => {
    writeFileSync(path, damage());
    const refusal = refused(fixture.directory, update, [1, "regions-damaged"]);
    expect(refusal.message).toBe(`The markers of generated parts do not pair: ${message()}`);
    expect(refused(fixture.directory, [...update, "--force"], [1, "regions-damaged"]).message).toBe(refusal.message);
  });

  it("in a fence are text", () => {
    writeFileSync(path, `${whole}\n\`\`\`html\n${open}\n${close}\n\`\`\`\n`);
    expect(shipnote(fixture.directory, ["record", "--yes", "--dry-run"]).status).toBe(0);
  });
});

describe("what people changed of ours", () => {
  it.each<[what: string, edit: () => string, named: string]>([
    ["a region", () => whole.replace("1 commit, 1 file", "9 commits, 9 files"), "summary"],
    ["two regions", () => whole.replace("1 commit, 1 file", "9 commits, 9 files").replace("No commands were captured.", "Many were."), "summary, commands"],
    ["a value of the front matter", () => whole.replace("verdict: not-measured", "verdict: improved"), "front matter verdict"],
  ])("%s: nothing is written at all", (_what, edit, named) => {
    writeFileSync(path, edit());
    expect(refused(fixture.directory, update, [1, "region-edited"]).message).toBe(`${id} was edited by hand where shipnote writes: ${named}.`);
  });

  it("front matter that is no YAML", () => {
    writeFileSync(path, whole.replace("verdict: not-measured", "verdict: [improved"));
    expect(refused(fixture.directory, update, [1, "front-matter-invalid"]).message).toMatch(/^The front matter is not YAML that shipnote can keep: line 8: /);
  });

  it("the region of an index", () => {
    const index = join(fixture.directory, "notes/README.md");
    expect(shipnote(fixture.directory, ["index"]).status).toBe(0);
    const stands = readFileSync(index, "utf8");
    writeFileSync(index, stands.replace("Greet twice", "Greet thrice"));
    expect(refused(fixture.directory, ["index"], [1, "region-edited"]).message).toBe("notes/README.md was edited by hand inside its region `index`.");
    writeFileSync(index, stands.replace("<!-- /shipnote:index -->", ""));
    refused(fixture.directory, ["index"], [1, "regions-damaged"]);
    writeFileSync(index, stands);
  });
});

describe("prose", () => {
  it("is not written over where prose stands", () => {
    const refusal = refused(fixture.directory, ["record", "--yes", "--reason", "Another one."], [1, "prose-exists"]);
    expect(refusal.message).toBe("Why holds other text already.");
    expect(refusal.expected).toBe("An empty section; `--force` adds the new text as a paragraph of its own.");
  });

  it("with --force is a paragraph more, and all else stays", () => {
    expect(shipnote(fixture.directory, ["record", "--yes", "--reason", "Another one.", "--force"]).status).toBe(0);
    const text = readFileSync(path, "utf8");
    expect(text).toContain("## Why\n\nReaders asked.\n\nAnother one.\n\n## Expected result\n");
  });
});
