import type { Metric } from "../../record/schema.ts";
import { answerLines } from "./comparison-answers.ts";
import { tableLines } from "./comparison-table.ts";

/**
 * Before and after for a terminal: what a reader asks first, in a sentence each, then the table, then what is to be
 * said of single metrics. Plain text that still holds what strangers wrote; whoever prints it makes that harmless.
 *
 * @param width columns of the terminal; of fewer than 40 as many as 40
 */
export function comparisonText(metrics: readonly Metric[], width = 80): string {
  if (metrics.length === 0) return "Nothing was measured.";
  return [...answerLines(metrics), "", ...tableLines(metrics, Math.max(40, width))].join("\n");
}
