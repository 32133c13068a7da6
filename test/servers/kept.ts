import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Life, Written } from "../e2e/life.ts";

/**
 * Keeps what a story came to for people to look at, where SHIPNOTE_STORY names a folder: the record with its plots, and
 * what `after` said.
 */
export function keep(name: string, life: Life, said: string, written: Written | null = null): void {
  const folder = process.env["SHIPNOTE_STORY"];
  if (folder === undefined) return;
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "said.txt"), said);
  if (written !== null) cpSync(join(life.directory, "notes"), join(folder, name, "notes"), { recursive: true });
}
