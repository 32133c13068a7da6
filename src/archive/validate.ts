import type { z } from "zod";
import { changeRecord, outcome, type ChangeRecord, type Outcome } from "../record/schema.ts";

/** A valid value, or what is wrong with it and where. */
export type Checked<T> = { value: T } | { problem: string };

export function validateRecord(value: unknown): Checked<ChangeRecord> {
  const parsed = changeRecord.safeParse(value);
  return parsed.success ? { value: parsed.data } : { problem: firstProblem(parsed.error) };
}

/** @param id of the record beside which it lies */
export function validateOutcome(value: unknown, id: string): Checked<Outcome> {
  const parsed = outcome.safeParse(value);
  if (!parsed.success) return { problem: firstProblem(parsed.error) };
  return parsed.data.id === id ? { value: parsed.data } : { problem: `it is the outcome of ${JSON.stringify(parsed.data.id)}` };
}

function firstProblem(error: z.ZodError): string {
  const [first] = error.issues;
  if (first === undefined) return "it is no record";
  const place = first.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : "";
  return `\`${place.replace(/^\./, "") || "."}\`: ${first.message}${more}`;
}
