import { join } from "node:path";
import { bytesOf } from "../archive/examine.ts";
import type { Finding } from "../record/finding.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { plotNames } from "../render/plot-name.ts";

/**
 * Judges the plots of a record against its samples.
 *
 * @param notesDirectory absolute
 * @param folder of the notes, relative to the repository's root
 * @param comparable whether this version drew them; else they only have to be there
 */
export async function auditPlots(record: ChangeRecord, { notesDirectory, folder, comparable }: { notesDirectory: string; folder: string; comparable: boolean }): Promise<Finding[]> {
  const names = plotNames(record.metrics);
  if (names.every((name) => name === null)) return [];
  const { plotMetric } = await import("../render/plot.ts");
  const own = recordPaths(record.id).folder;
  return record.metrics.flatMap((metric, place): Finding[] => {
    const name = names[place] ?? null;
    if (name === null) return [];
    const standing = bytesOf(join(notesDirectory, own, name));
    const found = { record: record.id, path: `${folder}/${own}/${name}`, line: null, mend: `shipnote record --id ${record.id} --force` };
    if (standing === null) return [{ ...found, code: "incomplete", message: "the plot is missing" }];
    // What git made of line ends is no edit.
    const isAsDrawn = !comparable || standing.toString("utf8").replaceAll("\r\n", "\n") === plotMetric(metric);
    return isAsDrawn ? [] : [{ ...found, code: "edited", message: "the plot is not what the samples in record.json give" }];
  });
}
