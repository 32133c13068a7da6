import { readFileSync } from "node:fs";
import type { Outcome } from "../record/schema.ts";

const words: readonly Outcome["outcome"][] = ["ok", "failed", "rolled-back", "superseded"];

/** How a ship ended, from its outcome.json, by a light check; null where nobody said so or it cannot be read. */
export function outcomeWord(path: string): Outcome["outcome"] | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null || !("outcome" in value)) return null;
    return words.find((word) => word === value.outcome) ?? null;
  } catch {
    return null;
  }
}
