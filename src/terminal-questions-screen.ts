import { widthOf } from "./terminal-questions-layout.ts";

/** Some lines at the terminal's lower end, and where the caret stands in them; null: at the end. */
export interface Block {
  lines: readonly string[];
  /** So many of the first lines are ours, and stand out. */
  strong: number;
  caret: { line: number; column: number } | null;
}

/** A block that is drawn again in place of what it was. */
export interface Screen {
  /** What a line may be wide: one column less than the terminal, which would hold its caret back in the last one. */
  columns: () => number;
  rows: () => number;
  draw: (block: Block) => void;
  /** Draws for the last time, and goes on below. */
  leave: (block: Block) => void;
}

/** @param strong makes a line of ours stand out */
export function openScreen(strong: (text: string) => string): Screen {
  const { stderr } = process;
  let drawn: Block | null = null;
  const columns = (): number => Math.max(stderr.columns || 80, 10) - 1;

  /** The caret's row in what stands, as the terminal may have laid it out anew for another width. */
  const rowOf = ({ lines, caret }: Block): number => {
    const { line, column } = caret ?? { line: lines.length - 1, column: widthOf(lines.at(-1) ?? "") };
    const rows = (width: number): number => Math.max(1, Math.ceil(width / (columns() + 1)));
    return lines.slice(0, line).reduce((sum, each) => sum + rows(widthOf(each)), 0) + Math.floor(column / (columns() + 1));
  };
  const draw = (block: Block): void => {
    const { lines, caret } = block;
    const above = drawn === null ? 0 : rowOf(drawn);
    const back = `${above > 0 ? `\u001b[${above}A` : ""}\r\u001b[J`;
    const text = lines.map((line, place) => (place < block.strong ? strong(line) : line)).join("\n");
    const up = caret === null ? 0 : lines.length - 1 - caret.line;
    const move = caret === null ? "" : `${up > 0 ? `\u001b[${up}A` : ""}\r${caret.column > 0 ? `\u001b[${caret.column}C` : ""}`;
    stderr.write(back + text + move);
    drawn = block;
  };
  return {
    columns,
    rows: () => Math.max(stderr.rows || 24, 4),
    draw,
    leave(block) {
      draw({ ...block, caret: null });
      stderr.write("\n");
    },
  };
}
