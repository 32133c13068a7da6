import { array, assert, asyncProperty, constantFrom, integer, oneof, pre, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { readExcerpt } from "../../../src/document/excerpt.ts";
import { forms, type Shown, shownElsewhere } from "../../../src/render/pages/elsewhere.ts";
import { decoded, rendered } from "../../hostile/rendered.ts";

/* Whatever people wrote: as long as it may be at most, nothing left open, and nobody called. */

const pieces = [
  "a", "Word", " ", " ", "\n", "\n\n", "é", "_", "*", "**", "# ", "\n### x\n", "> ", "- ", "1. ", "    ", "\n```\n", "\n~~~\n", "```", "`", "``", "\\", "|", "\n\n| a | b |\n| --- | --- |\n| ", " |\n",
  "@bob", "@bob", "@carl-x", "@team/x", "\\@dora", "&#64;erin", "&#x40;fay", "&commat;gil", "@b&#111;b", "@\\_x", "@.x", "@_z", "@", "/", ".", "-", "@everyone", "@here", "<@123>", "<!here>", "<!channel>",
  "[a](https://e.org/@bob)", "[@bob](x.md)", "[", "]", "](x.md)", "![", "![@al](p.svg)", "[r]", "[@bob][r]", "\n\n[r]: x.md\n\n", "\n\n[@bob]: https://e.org\n\n", "[@bob]", "(", ")",
  "<details>", "</details>", "\n<details><summary>@al</summary>\n\n", "\n\n</details>\n", "\n<div\n", "\n<div title=\"", "\">", "</div>", "<b>", "</b>", "<!--", "-->", "<!-->", "<pre>", "</pre>", "\n<pre>\n", "\n<?x ", "?>", "\n<![CDATA[", "]]>",
  "<", "</", "<a href='x.md'>", "</a>", "<img src=../x.svg alt='@al'>", "<span title='`'>", "</span>", "\"", "'",
  "https://e.org/@bob", "www.e.org/@bob", "bob@e.org", ".@bob.org", "<https://e.org/@bob>", "$", "&", ";", "\\\n", "\u202e", "\u001b[31m", "*Not written down.*",
];
const text = array(constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
/** Long enough for a cut inside of it. */
const folded = text.map((words) => `One.\n\n<details><summary>Two</summary>\n\nThree.\n\n${words}\n\n${"Four. ".repeat(60)}\n\n</details>\n\nFive.`);
const shownTexts = tuple(text, oneof(text, folded), text, text, constantFrom(true, false)).map(([title, lead, why, notes, isPublished]) => ({ title, source: `# T\n\n${lead}\n\n## Why\n\n${why}\n\n## Notes\n\n${notes}\n`, isPublished }));

const id = "2026-11-24-greet-readers-by-name";
const page = `https://git.example.org/web/articles/-/blob/${"0a1b2c3d".repeat(5)}/notes/2026`;

async function shownOf({ title, source, isPublished }: { title: string; source: string; isPublished: boolean }): Promise<Shown> {
  const excerpt = await readExcerpt(source).catch(() => null);
  pre(excerpt !== null);
  return {
    id, title, excerpt, path: `notes/2026/${id}.md`,
    address: isPublished ? `${page}/${id}.md` : null,
    addressOf: (target) => (isPublished ? `${page}/${encodeURIComponent(target)}` : null),
  };
}

async function always(names: readonly string[], check: (output: string, most: number | null) => void): Promise<void> {
  await assert(asyncProperty(shownTexts, constantFrom(...names), integer({ min: 100, max: 700 }), constantFrom(true, false), async (texts, name, size, isCut) => {
    const form = forms[name];
    if (form === undefined) throw new Error(name);
    const most = isCut ? size : null;
    check(shownElsewhere(form, await shownOf(texts), most), most);
  }), { numRuns: 400, seed: 11 });
}

describe("whatever a record says", () => {
  it("no form is larger than it may be", async () => {
    await always(Object.keys(forms), (output, most) => expect(Buffer.byteLength(output)).toBeLessThanOrEqual(most ?? Infinity));
  });

  it("a release and a summary leave nothing open: what follows is a paragraph of its own", async () => {
    await always(["release", "summary"], (output) => {
      const html = rendered(`${output}\nBehind it.\n`);
      const before = html.slice(0, html.indexOf("<p>Behind it.</p>"));
      expect(html).toContain("<p>Behind it.</p>");
      expect(before.replace(tag, "").replaceAll("<!-- -->", "")).not.toMatch(/<[!?/a-z]/i);
      for (const name of ["details", "pre", "div", "a"]) expect(openElements(before)).not.toContain(name);
    });
  });

  it("a release and a summary mention nobody, by the rules of html-pipeline and GitLab", async () => {
    await always(["release", "summary"], (output) => {
      for (const words of textsOf(rendered(output))) {
        expect(words).not.toMatch(htmlPipeline);
        expect(words).not.toMatch(htmlPipelineTeam);
        expect(words).not.toMatch(gitLab);
      }
    });
  });

  it("a chat calls nobody, by the rules of Slack and Discord, and has no more backticks than it closes", async () => {
    await always(["chat"], (output) => {
      expect(output).not.toMatch(/[<>]/);
      for (const words of [withoutCode(output, { escapes: true }), withoutCode(output, { escapes: false })]) {
        expect(words).not.toMatch(/`/);
        expect(words).not.toMatch(/@(?:everyone|here)/i);
        expect(words).not.toMatch(/(?:^|[^a-z0-9_])@[a-z0-9_]/i);
      }
    });
  });

  it("a chat and plain text hold nothing that acts unseen", async () => {
    await always(["chat", "plain"], (output) => {
      for (const character of ["\u001b", "\u202e", "\u0007"]) expect(output).not.toContain(character);
    });
  });
});

/** https://github.com/gjtorikian/html-pipeline: MentionFilter's MentionPatterns with its UsernamePattern, and TeamMentionFilter's. */
const htmlPipeline = /(?:^|\W)@[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9-]))*-?(?![a-z0-9-])(?!\/)(?=\.+[ \t\W]|\.+$|[^0-9a-zA-Z_.]|$)/i;
const htmlPipelineTeam = /(?:^|\W)@[a-z0-9][a-z0-9-]*\/[a-z0-9]/i;
/** `User.reference_pattern` of GitLab: a path behind a sign that no letter of a word stands before. */
const gitLab = /(?<!\w)@[.-]*[a-z0-9_]/i;

/** As browsers read it: only behind `=` does a quotation mark hide a `>`. */
const tag = /<(\/?)([a-z][a-z0-9]*)\b(?:=\s*"[^"]*"|=\s*'[^']*'|[^>])*>/gi;

/** The texts of a page as filters go through them: each apart, without those in `pre`, `code` and `a`. */
function textsOf(html: string): string[] {
  return html.replace(/<!--[^]*?-->/g, "\0").replace(/<(pre|code|a)\b[^>]*>.*?<\/\1>/gs, "\0").replace(tag, "\0").split("\0").map(decoded);
}

/** The elements of a page that are open at its end. */
function openElements(html: string): string[] {
  const open: string[] = [];
  for (const [, end, name = ""] of html.matchAll(tag)) {
    if (end === "") open.push(name.toLowerCase());
    else if (open.includes(name.toLowerCase())) open.splice(open.lastIndexOf(name.toLowerCase()));
  }
  return open;
}

/** A message without what is code to a chat; in Discord a backslash takes a backtick's meaning away. */
function withoutCode(message: string, { escapes }: { escapes: boolean }): string {
  const code = /```[^]*?```|`[^`\n]+`/;
  return message.replace(new RegExp(escapes ? `\\\\[^0-9A-Za-z\\s]|${code.source}` : code, "g"), (found) => (found.startsWith("\\") ? found : " "));
}
