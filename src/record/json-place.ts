/**
 * The line, from 1, of a value in the text of a JSON document; where the way leads nowhere, that of the last value on
 * it that is there.
 *
 * @param text valid JSON
 * @param way keys and places from the root on
 */
export function lineInJson(text: string, way: readonly (string | number)[]): number {
  const reader = { text, at: 0 };
  skipBlanks(reader);
  let found = reader.at;
  for (const step of way) {
    if (!enter(reader, step)) break;
    found = reader.at;
  }
  return lineAt(text, found);
}

/** The line, from 1, of an offset in a text. */
export function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|\n|\r/g)?.length ?? 0) + 1;
}

interface Reader {
  text: string;
  at: number;
}

/** Moves from the start of an object or a list to the start of one of its values; false where it has none such. */
function enter(reader: Reader, step: string | number): boolean {
  const open = reader.text[reader.at];
  if (open !== "{" && open !== "[") return false;
  reader.at += 1;
  for (let place = 0; ; place += 1) {
    skipBlanks(reader);
    if (/[}\]]/.test(reader.text[reader.at] ?? "}")) return false;
    let key: string | number = place;
    const start = reader.at;
    if (open === "{") {
      skipString(reader);
      key = String(JSON.parse(reader.text.slice(start, reader.at)));
      skipBlanks(reader);
      reader.at += 1;
      skipBlanks(reader);
    }
    if (key === step) return true;
    skipValue(reader);
    skipBlanks(reader);
    if (reader.text[reader.at] === ",") reader.at += 1;
  }
}

function skipBlanks(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? "")) reader.at += 1;
}

function skipString(reader: Reader): void {
  const { text } = reader;
  for (reader.at += 1; reader.at < text.length && text[reader.at] !== '"'; reader.at += 1) if (text[reader.at] === "\\") reader.at += 1;
  reader.at += 1;
}

function skipValue(reader: Reader): void {
  let depth = 0;
  do {
    const letter = reader.text[reader.at] ?? "";
    if (letter === '"') skipString(reader);
    else {
      if (/[{[]/.test(letter)) depth += 1;
      if (/[}\]]/.test(letter)) depth -= 1;
      reader.at += 1;
    }
  } while (reader.at < reader.text.length && (depth > 0 || !/[,}\]\s]/.test(reader.text[reader.at] ?? ",")));
}
