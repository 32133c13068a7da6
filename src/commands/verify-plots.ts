import { join } from "node:path";
import { bytesOf } from "../archive/examine.ts";
import { plotDigest } from "../record/facts-digest.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { plotNames } from "../render/plot-name.ts";
import { drawPlots } from "./record-plots.ts";
import { type Found, plotBack } from "./verify-back.ts";

/**
 * Judges the plots of a record: against its samples where this version drew them, else against the digests that it
 * keeps of them; where it keeps none, they only have to be there.
 *
 * @param notesDirectory absolute
 * @param folder of the notes, relative to the repository's root
 * @param comparable whether this version drew them
 */
export async function auditPlots(record: ChangeRecord, { notesDirectory, folder, comparable }: { notesDirectory: string; folder: string; comparable: boolean }): Promise<Found[]> {
  const own = recordPaths(record.id).folder;
  const digests = record.generator.plots ?? {};
  const drawn = comparable ? (await drawPlots(record.metrics)).map(({ name, svg }): Expected => ({ name, digest: plotDigest(svg) })) : null;
  const kept = Object.entries(digests).map(([name, digest]): Expected => ({ name, digest }));
  const named = record.generator.plots === undefined ? plotNames(record.metrics).flatMap((name) => (name === null ? [] : [{ name, digest: null }])) : kept;
  return (drawn ?? named).flatMap(({ name, digest }): Found[] => {
    const path = `${folder}/${own}/${name}`;
    const standing = bytesOf(join(notesDirectory, own, name))?.toString("utf8") ?? null;
    if (standing !== null && (digest === null || plotDigest(standing) === digest)) return [];
    const back = drawn === null && digest !== null ? plotBack(path, digest) : null;
    const found = { record: record.id, path, line: null, mend: `shipnote record --id ${record.id} --force`, back };
    if (standing === null) return [{ ...found, code: "incomplete", message: "the plot is missing" }];
    return [{ ...found, code: "edited", message: drawn === null ? "the plot is not as shipnote drew it" : "the plot is not what the samples in record.json give" }];
  });
}

interface Expected {
  name: string;
  /** null: not known. */
  digest: string | null;
}
