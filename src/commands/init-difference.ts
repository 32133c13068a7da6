/** How many lines around a change are shown. */
const around = 3;

/**
 * What changes from one text to another, line by line, as a unified difference shows it; a text that is new comes
 * whole. Null where nothing does.
 */
export function difference(before: string | null, after: string): string | null {
  if (before === after) return null;
  const [old, now] = [before === null ? [] : linesOf(before), linesOf(after)];
  if (before === null) return now.map((line) => `+${line}`).join("\n");
  const rows = rowsOf(old, now);
  const kept = rows.map((_, place) => rows.slice(Math.max(0, place - around), place + around + 1).some(({ mark }) => mark !== " "));
  return rows.flatMap(({ mark, text }, place) => {
    if (kept[place] !== true) return [];
    return [...(place > 0 && kept[place - 1] !== true ? ["@@"] : []), `${mark}${text}`];
  }).join("\n");
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n").map((line) => line.replace(/\r$/, ""));
}

interface Row {
  mark: " " | "-" | "+";
  text: string;
}

/** By the longest lines that both have in common, in their order. */
function rowsOf(old: readonly string[], now: readonly string[]): Row[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      const line = lengths[row];
      if (line !== undefined) line[column] = old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const rows: Row[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    const [was, is] = [old[row], now[column]];
    if (was !== undefined && was === is) {
      rows.push({ mark: " ", text: was });
      [row, column] = [row + 1, column + 1];
    } else if (is !== undefined && (was === undefined || at(row, column + 1) > at(row + 1, column))) {
      rows.push({ mark: "+", text: is });
      column += 1;
    } else {
      rows.push({ mark: "-", text: was ?? "" });
      row += 1;
    }
  }
  return rows;
}
