/** A line that opens or closes a generated part. */
export interface Marker {
  name: string;
  closing: boolean;
}

const pattern = /^<!-- (\/?)shipnote:([a-z][a-z0-9-]*) -->$/;

/** Reads a whole html node, or a whole line, as a marker; null where it is none. */
export function readMarker(value: string): Marker | null {
  const found = pattern.exec(value);
  return found === null ? null : { name: found[2] ?? "", closing: found[1] === "/" };
}

/** A generated text (over LF) between its two markers, with the blank lines that a marker needs around it. */
export function markedRegion(name: string, text: string): string {
  const inner = text === "" ? "" : `${text}\n\n`;
  return `<!-- shipnote:${name} -->\n\n${inner}<!-- /shipnote:${name} -->`;
}
