import * as z from "zod";
import { measurement, metric } from "../record/schema.ts";

const id = measurement.shape.commit.unwrap();

/** The schema of a kept comparison: see state/comparisons.ts. */
export const comparison = z.looseObject({
  version: z.literal(1),
  environment: z.string().nullable().describe("null: of none in particular"),
  component: z.string().nullable(),
  takenAt: z.iso.datetime({ offset: false }).describe("when the measuring began"),
  from: z.looseObject({ commit: id, tree: id.describe("without the notes") }),
  to: z.looseObject({ commit: id, tree: id }),
  pairs: z.int().positive(),
  metrics: z.array(metric),
  takenBy: z.string().nullable().describe("the id of the record that has taken it"),
});

/** What one run of `compare` came to: a file below the git directory. */
export type SideBySide = z.infer<typeof comparison>;
