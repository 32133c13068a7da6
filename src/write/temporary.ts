import { randomBytes } from "node:crypto";

const pattern = /^\.shipnote-(\d{1,10})-[0-9a-f]{8}\.tmp$/;
const given = new Set<string>();

/** A new name for a file on its way; it says which process writes it. */
export function temporaryName(): string {
  const name = `.shipnote-${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  given.add(name);
  return name;
}

export function isTemporaryName(name: string): boolean {
  return pattern.test(name);
}

/** The process that wrote a temporary file, by the file's name. */
export function ownerOf(name: string): number {
  return Number(pattern.exec(name)?.[1]);
}

/** Whether this run gave that name: another that had the same number may have left one behind. */
export function isOwnName(name: string): boolean {
  return given.has(name);
}
