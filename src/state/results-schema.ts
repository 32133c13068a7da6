import * as z from "zod";
import { measuredMetric, measurement } from "../record/schema.ts";

/** The schema of results: see state/measurements.ts. */
export const results = z.looseObject({
  kind: z.literal("shipnote-results").optional().describe("what this file is, for whoever finds it"),
  version: z.literal(1),
  side: z.enum(["before", "after"]),
  environment: z.string(),
  component: z.string().nullable(),
  takenAt: z.iso.datetime({ offset: false }).describe("when the measuring began"),
  commit: measurement.shape.commit,
  machine: measurement.shape.machine,
  metrics: z.array(measuredMetric),
  takenBy: z.string().nullable().describe("the id of the record that has taken it"),
  laidOut: z.boolean().optional().describe("of a commit in a tree of its own, not of what was at hand (`before --rev`)"),
  repository: z.string().describe("which repository: words of which one in common is proof enough"),
});

/** What one run of the checks yielded: a file below the git directory, or one that `--save` wrote. */
export type Results = z.infer<typeof results>;
