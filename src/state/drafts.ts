import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readIfThere, replaceFile } from "./files.ts";

/** Answers that somebody gave to questions, by the question; kept until the record that they belong to is written. */
export type Draft = Record<string, string>;

/**
 * The answers kept under a key.
 *
 * @param key what they belong to, a line and a range for instance; any text
 * @returns null where there are none that can be read
 */
export function readDraft(stateDir: string, key: string): Draft | null {
  const text = readIfThere(draftPath(stateDir, key));
  if (text === null) return null;
  try {
    const answers: unknown = Object(JSON.parse(text)).answers;
    return Object.fromEntries(Object.entries(Object(answers)).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return null;
  }
}

/** Keeps all answers under a key, in place of those that were there. They are masked already. @throws Failure `disk-full`, `not-writable` */
export function saveDraft(stateDir: string, key: string, answers: Draft): void {
  replaceFile(draftPath(stateDir, key), `${JSON.stringify({ answers }, null, 2)}\n`);
}

/** The key of the answers to a ship of a line, by where it ends: they belong to what ships. */
export function draftKeyOf({ environment, component }: { environment: string; component: string | null }, to: string | null): string {
  return JSON.stringify([environment, component, to]);
}

/** Lets answers belong to something else; those that are there go before them. @throws Failure `disk-full`, `not-writable` */
export function carryDraft(stateDir: string, from: string, to: string): void {
  const answers = from === to ? null : readDraft(stateDir, from);
  if (answers === null) return;
  saveDraft(stateDir, to, { ...answers, ...readDraft(stateDir, to) });
  removeDraft(stateDir, from);
}

/** Forgets the answers under a key. */
export function removeDraft(stateDir: string, key: string): void {
  rmSync(draftPath(stateDir, key), { force: true });
}

function draftPath(stateDir: string, key: string): string {
  return join(stateDir, "drafts", `${createHash("sha256").update(key).digest("hex").slice(0, 20)}.json`);
}
