/**
 * What a terminal of so many columns shows after it was sent a text: as much of one as questions need. A second
 * opinion on widths: characters of two columns are those of this list only.
 */
export interface Screen {
  lines: string[];
  caret: { line: number; column: number };
}

const doubled = /[\u1100-\u115f\u3000-\u9fff\uac00-\ud7a3\uff01-\uff60\u{1f300}-\u{1faff}]/u;
const unmoving = /\p{M}/u;
const escape = "\u001b";
const sequence = new RegExp(`(\\r|\\n)|${escape}\\[([?\\d;]*)([A-Za-z])|${escape}.|[\\s\\S]`, "gu");

export function screenAfter(sent: string, columns: number): Screen {
  const lines: string[][] = [[]];
  let [line, column] = [0, 0];
  const row = (): string[] => (lines[line] ??= []);
  for (const [part, ending, parameter = "", final = ""] of sent.matchAll(sequence)) {
    const many = Number(parameter) || 1;
    if (ending === "\r") column = 0;
    else if (ending === "\n") line += 1;
    else if (final === "A") line = Math.max(0, line - many);
    else if (final === "C") column = Math.min(columns - 1, column + many);
    else if (final === "D") column = Math.max(0, column - many);
    else if (final === "J" || final === "K") {
      row().length = Math.min(row().length, column);
      if (final === "J") lines.length = line + 1;
    } else if (part.startsWith(escape) || part === "\u0007") continue;
    else if (unmoving.test(part)) row()[column - 1] = `${row()[column - 1] ?? ""}${part}`;
    else {
      const width = doubled.test(part) ? 2 : 1;
      if (column + width > columns) [line, column] = [line + 1, 0];
      const cells = row();
      while (cells.length < column) cells.push(" ");
      cells.splice(column, width, part, ...(width === 2 ? [""] : []));
      column += width;
    }
    row();
  }
  return { lines: Array.from(lines, (cells) => (cells ?? []).join("").trimEnd()), caret: { line, column } };
}
