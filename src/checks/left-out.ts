import type { CheckConfig } from "../config.ts";
import { Failure } from "../failure.ts";

/** A check of which nothing would come from a tree, and why. */
export interface LeftOut { check: string; why: string }

/**
 * The checks of which something comes from the tree that they are run in, and those that are left out.
 *
 * @param purpose what cannot be done with the others, for the message
 * @throws Failure `usage` where that is all
 */
export function checksOfTree(configured: Readonly<Record<string, CheckConfig>>, purpose: string): { checks: Record<string, CheckConfig>; leftOut: LeftOut[] } {
  const leftOut = Object.entries(configured).flatMap(([check, known]): LeftOut[] => {
    const why = whyLeftOut(known);
    return why === null ? [] : [{ check, why }];
  });
  const names = new Set(leftOut.map(({ check }) => check));
  const checks = Object.fromEntries(Object.entries(configured).filter(([name]) => !names.has(name)));
  if (Object.keys(checks).length > 0) return { checks, leftOut };
  throw new Failure("usage", `None of the checks can be ${purpose}:\n${leftOut.map(({ check, why }) => `  ${check}: ${why}`).join("\n")}`, {
    expected: "a check with a command, or an http check with `serve:`",
    retry: true,
  });
}

/** null where something of it comes from the tree. */
function whyLeftOut(check: CheckConfig): string | null {
  if (check.kind === "http" && check.serve === null) return "it has no `serve:`, and both sides would ask the same server";
  if (check.kind === "prometheus") return "it asks a Prometheus server, which knows of one side at most";
  if (check.kind === "report" && check.command === null) return "it has no command that makes its report";
  return null;
}
