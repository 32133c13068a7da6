import { describe, expect, it } from "vitest";
import { redirectLinks } from "../../src/document/links.ts";

const from = "2026-11-24-cache";
const to = "2026-11-24-cache-2";

describe("redirectLinks", () => {
  it.each<[what: string, source: string, redirected: string]>([
    ["a link beside it", `[it](${from}.md)`, `[it](${to}.md)`],
    ["with a fragment and a title", `[it](<${from}.md#why> "it")`, `[it](<${to}.md#why> "it")`],
    ["from another folder", `[it](../2026/${from}.md)`, `[it](../2026/${to}.md)`],
    ["an image", `![plot [1]](${from}/a.svg)`, `![plot [1]](${to}/a.svg)`],
    ["a link around an image", `[![plot](${from}/a.svg)](${from}.md)`, `[![plot](${to}/a.svg)](${to}.md)`],
    ["a definition", `See [it].\n\n[it]: ${from}.md "it"`, `See [it].\n\n[it]: ${to}.md "it"`],
    ["HTML", `<a href="${from}.md">it</a>\n\n<img src='${from}/a.svg'>`, `<a href="${to}.md">it</a>\n\n<img src='${to}/a.svg'>`],
    ["its own id as the text", `[${from}](${from}.md) and [\`${from}\`](${from}.md)`, `[${to}](${to}.md) and [\`${to}\`](${to}.md)`],
    ["in a table and a list", `| a |\n| --- |\n| [it](${from}.md) |\n\n- [it](${from}.md)`, `| a |\n| --- |\n| [it](${to}.md) |\n\n- [it](${to}.md)`],
    ["CRLF behind a byte order mark", `\uFEFFa\r\n\r\n[it](${from}.md)\r\n`, `\uFEFFa\r\n\r\n[it](${to}.md)\r\n`],
  ])("%s", async (_what, source, redirected) => {
    expect(await redirectLinks(source, from, to)).toBe(redirected);
    expect(await redirectLinks(redirected, from, to)).toBe(redirected);
  });

  it.each<[what: string, source: string]>([
    ["prose and code", `${from}.md, \`${from}.md\`, \`[it](${from}.md)\``],
    ["a fence", `\`\`\`text\n[it](${from}.md)\n\`\`\``],
    ["another record", `[it](${to}.md) and [it](x${from}.md)`],
    ["front matter", `---\nid: ${from}\nlink: "[it](${from}.md)"\n---\n`],
    ["an address elsewhere", `[it](https://git.example.org/blob/0a1b2c3/notes/2026/${from}.md)`],
    ["an escaped bracket", `\\[it](${from}.md)`],
  ])("leaves %s alone", async (_what, source) => {
    expect(await redirectLinks(source, from, to)).toBe(source);
  });

  it.each<[what: string, source: string, redirected: string]>([
    ["a file that got another name", `![it](${from}/a.png "T") and <img src='${from}/a.png'>`, `![it](${to}/a-2.png "T") and <img src='${to}/a-2.png'>`],
    ["one with blanks and parentheses", `[a](<${from}/b (1).png>) [b](${from}/b%20(1).png#x)`, `[a](<${to}/b%20%281%29-2.png>) [b](${to}/b%20%281%29-2.png#x)`],
    ["a definition", `[it]\n\n[it]: ../2026/${from}/a.png`, `[it]\n\n[it]: ../2026/${to}/a-2.png`],
    ["one that stays", `[${from}](${from}/stays.png) and [it](${from}.md)`, `[${from}](${from}/stays.png) and [it](${to}.md)`],
    ["one that goes along", `[it](${from}/deep/c.png), [all](${from}/)`, `[it](${to}/deep/c.png), [all](${to}/)`],
  ])("knows where files are: %s", async (_what, source, redirected) => {
    const now: Record<string, string> = { "a.png": "a-2.png", "b (1).png": "b (1)-2.png", "deep/c.png": "deep/c.png", "": "" };
    expect(await redirectLinks(source, from, to, (path) => now[path] ?? null)).toBe(redirected);
  });

  it("goes to the folder of another year", async () => {
    const [old, now] = ["2025-12-31-cache", "2026-01-01-cache"];
    expect(await redirectLinks(`[a](${old}.md) [b](../2025/${old}.md) [c](2025/${old}.md)`, old, now)).toBe(`[a](../2026/${now}.md) [b](../2026/${now}.md) [c](2026/${now}.md)`);
  });
});
