/** What a document's structure is read from: markers, and headings of level 1 and 2, all of the root. */
export type Block =
  | { kind: "marker"; name: string; closing: boolean; start: number; end: number }
  | { kind: "heading"; depth: 1 | 2; text: string; start: number; end: number };

/** Where the front matter stands, fences included; `end` is behind its last line's text. */
export interface Structure {
  frontMatter: { start: number; end: number } | null;
  blocks: Block[];
}
