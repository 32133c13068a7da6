import { existsSync } from "node:fs";
import { join } from "node:path";
import { listRecords, readRecord } from "../archive/read.ts";
import { joinMetrics } from "../gather/joined-metrics.ts";
import { recordPaths } from "../record/id.ts";
import { doubledShips, type ShipMark, shipMark } from "../record/joined.ts";
import { shellWord } from "../rollback/undo.ts";
import { markTaken, readJournal } from "../state/journal.ts";
import { markResultsTaken, readResults } from "../state/measurements.ts";
import type { Write } from "../write/plan.ts";
import { attachmentsIn, moveAttachments, movedAlong, ownNames } from "./doctor-attachments.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { joinFiles, type Origin, type RecordFiles, writesOf } from "./doctor-join.ts";
import { type Moved, redirectNotes } from "./doctor-links.ts";
import { type Change, change, joinOptions, placeOf } from "./doctor-write.ts";

type Listed = ShipMark & { id: string };

/** Ships that are recorded twice, by the hook and by CI. */
export function findDoubles(setUp: SetUp, notesDirectory: string): Found[] {
  const records = listRecords(notesDirectory, (record): Listed => ({ ...shipMark(record), id: record.id })).rows;
  return doubledShips(records).flatMap((ship): Found[] => {
    const [first, ...others] = ship;
    if (first === undefined) return [];
    const line = first.component === null ? first.environment : `${first.environment}, ${first.component}`;
    return [{
      code: "record-doubled", level: "problem",
      message: `One ship to ${line} is recorded ${ship.length === 2 ? "twice" : `${ship.length} times`}: ${ship.map(({ id, byCi }) => `${id}${byCi ? " (by CI)" : ""}`).join(" and ")}. They can be joined into ${first.id}.`,
      mend: "shipnote doctor --fix",
      fix: async (dryRun) => {
        const done: string[] = [];
        for (const other of others) done.push(...(await joinDouble(first.id, other.id, setUp, dryRun)));
        return done;
      },
    }];
  });
}

async function joinDouble(firstId: string, otherId: string, setUp: SetUp, dryRun: boolean): Promise<string[]> {
  return change(setUp, dryRun, async (notesDirectory): Promise<Change> => {
    const [first, second] = await Promise.all([readRecord(notesDirectory, firstId), readRecord(notesDirectory, otherId)]);
    const options = await joinOptions(setUp, notesDirectory);
    const ours = ownNames(joinMetrics(first.record.metrics, second.record.metrics, options.judgement));
    const moves = await moveAttachments(attachmentsIn(notesDirectory, otherId, ownNames(second.record.metrics)), [otherId, firstId], ours, placeOf(setUp, notesDirectory));
    const fileNow = movedAlong(moves.renamed);
    const joined = await joinFiles(first, second, { ...options, origins: [originOf(firstId, setUp), originOf(otherId, setUp)], fileNow });
    const { folder, facts, markdown } = recordPaths(otherId);
    // record.json last: until it is gone, all of this can be done again.
    const own = [...ownNames(second.record.metrics)].filter((name) => name !== "record.json").map((name) => `${folder}/${name}`);
    const strays = [...ownNames(first.record.metrics)].filter((name) => !ours.has(name)).map((name) => `${recordPaths(firstId).folder}/${name}`);
    const links = await withLinks(joined, { from: otherId, to: firstId, fileNow }, notesDirectory);
    // Before the first write: a run that is killed from then on is finished without this command.
    if (!dryRun) await handOver(otherId, firstId, setUp);
    return {
      writes: [...moves.writes, ...links],
      removed: [...moves.removed, ...[...strays, ...own, markdown, facts].map((path) => join(notesDirectory, path))],
      done: [`joined ${otherId} into ${firstId}`, ...joined.told, ...moves.done],
    };
  });
}

function originOf(id: string, { workspace: { notes } }: SetUp): Origin {
  const path = `${notes.folder}/${recordPaths(id).facts}`;
  return { facts: path, mend: `the file as shipnote wrote it (git checkout HEAD -- ${shellWord(path)} brings back what was committed), or take it as it stands: shipnote record --id ${id} --force` };
}

/** The joined record, and the pages that named the other; those that name it in the joined text itself were led already. */
async function withLinks(joined: RecordFiles, moved: Moved, notesDirectory: string): Promise<Write[]> {
  const links = await redirectNotes(notesDirectory, moved, async () => true);
  return [...(await writesOf(joined, notesDirectory)), ...links];
}

/** What the record that goes had taken, this one has then. */
async function handOver(from: string, to: string, { workspace: { stateDirectory } }: SetUp): Promise<void> {
  if (!existsSync(stateDirectory)) return;
  const [journal, results] = await Promise.all([readJournal(stateDirectory), readResults(stateDirectory)]);
  const takenBy = <T extends { id: string; takenBy: string | null }>(all: readonly T[]): string[] => all.filter((one) => one.takenBy === from).map(({ id }) => id);
  await markTaken(stateDirectory, takenBy(journal), to);
  await markResultsTaken(stateDirectory, takenBy(results), to);
}
