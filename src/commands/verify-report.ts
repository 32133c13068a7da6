import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";
import { fails, type Verified } from "../record/finding.ts";
import { findingFormats } from "../render/exports/findings.ts";

type Format = keyof typeof findingFormats;

/** @throws Failure `value-invalid` for a format that is none */
export function formatOf(named: string | null): Format {
  if (named === null) return "text";
  if (isFormat(named)) return named;
  throw new Failure("value-invalid", `There is no format '${named}'.`, { expected: `one of ${Object.keys(findingFormats).join(", ")}`, retry: true });
}

function isFormat(word: string): word is Format {
  return Object.hasOwn(findingFormats, word);
}

/** Prints what was found. @returns the exit status: 1 where anything fails */
export function tellFindings(verified: Verified, format: Format, { terminal }: Invocation): number {
  const failed = verified.findings.some(fails);
  terminal.document({ status: failed ? "failed" : "passed", ...verified });
  terminal.result(findingFormats[format](verified));
  return failed ? 1 : 0;
}
