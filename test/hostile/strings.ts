import { array, constantFrom, sample, type Arbitrary } from "fast-check";

/*
 * What a stranger might write to have more than words: pieces of every syntax that a forge, a browser, a terminal or
 * Handlebars knows, put together at random. Shared by the property tests of every place that such text may stand in.
 */

const fragments = [
  // words and blanks
  "a", "Word", " ", "  ", "\t", "\n", "\r\n", "\n\n", "\u00A0", "\u2028", "é", "日本", "👩\u200D💻", "می\u200Cخواهم", "snake_case", "_", "__",
  // markdown, at a line's beginning and inside
  "# ", "## x", "> ", "- ", "* ", "+ ", "1. ", "2) ", "- [ ] ", "[x] ", "    ", "---", "===", "***", "```", "~~~", "```mermaid\n", "`", "``",
  "*a*", "**a**", "_a_", "~~a~~", "~a~", "|", "||", "| --- | --- |", ":--", "\\", "\\|", "\\`", "\\\n", "  \n",
  "[a](https://e.org)", "![a](x.png)", "[a]", "[a][b]", "[a]: https://e.org", "[a]: <x> 'y'", "[^1]", "[^1]: x", "](", "[", "]", "(", ")", "!", "![", "<", ">",
  // html and entities
  "<img src=x onerror=alert(1)>", "<script>", "</script>", "<b>", "</b>", "<!-- x -->", "<!--", "-->", "<?php ?>", "<![CDATA[", "<a href='javascript:x'>", "<details>", "</details>",
  "</summary>", "</code>", "&lt;", "&#64;bob", "&amp;", "&commat;", "&", "&#x2068;", "\"", "'", "=",
  // autolinks
  "https://e.org", "http://", "www.e.org", "WWW.e.org", "bob@example.com", "mailto:bob@e.org", "xmpp:b@e.org/x", "<https://e.org>", "<b@e.org>", "ftp://e.org", "javascript:x", "://", "e.org/a_b",
  // forges
  "@bob", "@team/x", "#12", "!34", "~bug", "%5", "%\"a b\"", "&9", "$7", "$a$", "$$", "$`a`$", ":smile:", ":+1:", ":100:", "[[Home]]", "[[", "GH-12", "o/r#1", "o/r@deadbeef", "group/p!1",
  "0123456", "deadbeefcafe", "DEADBEEF", "aaaaaaa", "8b7e4105c3aa8b7e4105c3aa8b7e4105c3aa8b7e", "[!NOTE]", "[vulnerability:1]", "{+ a +}", "[- b -]", "/close", "cc", "fixes",
  // markers, templates
  "<!-- shipnote:summary -->", "<!-- /shipnote:summary -->", "{{title}}", "{{{x}}}", "{{#if a}}", "{{/if}}", "{{> x}}", "{% raw %}", "${HOME}",
  // unseen
  "\u202E", "\u2066", "\u2069", "\u200B", "\u200D", "\uFEFF", "\u0000", "\u0007", "\u001B[31m", "\u001B]8;;https://e.org\u0007x\u001B]8;;\u0007", "\u009B31m", "\u007F", "\b", "\u00AD", "\uD800", "\u{E0041}", "\u3164",
];

/** Strings made of such pieces. */
export const hostile: Arbitrary<string> = array(constantFrom(...fragments), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));

/** As many of them, always the same. */
export function hostileStrings(amount: number, seed: number): string[] {
  return [...new Set(fragments), ...sample(hostile, { numRuns: amount, seed })];
}

/** What acts without being seen, or turns the reading direction; joiners at home in emoji and Persian aside. */
export function unseen(text: string): string | null {
  const found = Array.from(text).find((character) => {
    const code = character.codePointAt(0) ?? 0;
    return unseenRanges.some(([first, last]) => code >= first && code <= last);
  });
  return found === undefined ? null : `U+${(found.codePointAt(0) ?? 0).toString(16)}`;
}

const unseenRanges: readonly [number, number][] = [
  [0, 8], [0x0B, 0x1F], [0x7F, 0x9F], [0xAD, 0xAD], [0x61C, 0x61C], [0x200B, 0x200B], [0x200E, 0x200F], [0x2028, 0x202E], [0x2060, 0x206F],
  [0xD800, 0xDFFF], [0xFEFF, 0xFEFF], [0xE0000, 0xE0FFF],
];

/** What a forge brings to life in text outside code. */
export const forgePatterns: readonly RegExp[] = [
  /@[a-z0-9]/i, /#[0-9]/, /![0-9]/, /~[a-z0-9"]/i, /%[a-z0-9"]/i, /&[0-9]/, /\$[0-9a-z`$]/i, /:\/\//, /www\./i, /mailto:|xmpp:/i,
  /:[a-z+-][a-z0-9_+-]*:/i, /\[\[/, /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/i, /\bGH-[0-9]/i, /\[!note\]/i, /\[[a-z_]+:[0-9]/i, /\{\+.*\+\}/,
  /[a-z0-9.]+@[a-z0-9]+\.[a-z]/i,
];
