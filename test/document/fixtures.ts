import { readFileSync } from "node:fs";

const read = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");

/** A record as it is rendered. */
export const recordSource = read("record.md");

/** The same record after formatters and editors went over it, by their name. */
export const reformatted: readonly (readonly [string, string])[] = [
  ["prettier 3.10", read("prettier.md")],
  ["prettier 3.10 with --prose-wrap always", read("prettier-wrapped.md")],
  ["markdownlint-cli2 0.18 --fix", read("markdownlint.md")],
  ["an editor that writes CRLF", recordSource.replaceAll("\n", "\r\n")],
  ["an editor that writes CRLF and a byte order mark", `\uFEFF${recordSource.replaceAll("\n", "\r\n")}`],
  ["an editor that ends the file without a line end", recordSource.trimEnd()],
];
