import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { listRecords, readRecord } from "../archive/read.ts";
import { recordPaths } from "../record/id.ts";
import { doubledShips, type ShipMark, shipMark } from "../record/joined.ts";
import { markTaken, readJournal } from "../state/journal.ts";
import { markResultsTaken, readResults } from "../state/measurements.ts";
import type { Write } from "../write/plan.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { joinFiles, outcomesTold, type RecordFiles, writesOf } from "./doctor-join.ts";
import { redirectNotes } from "./doctor-links.ts";
import { type Change, change, joinOptions } from "./doctor-write.ts";
import { refuseEditedFacts } from "./record-standing.ts";

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
      message: `One ship to ${line} is recorded ${ship.length === 2 ? "twice" : `${ship.length} times`}: ${ship.map(({ id, byCi }) => `${id}${byCi ? " (by CI)" : ""}`).join(" and ")}.`,
      mend: `shipnote doctor --fix, which joins them into ${first.id}`,
      fix: async (dryRun) => {
        const done: string[] = [];
        for (const other of others) done.push(...(await joinDouble(first.id, other.id, setUp, dryRun)));
        return done;
      },
    }];
  });
}

async function joinDouble(firstId: string, otherId: string, setUp: SetUp, dryRun: boolean): Promise<string[]> {
  const done = await change(setUp, dryRun, async (notesDirectory): Promise<Change> => {
    const [first, second] = await Promise.all([readRecord(notesDirectory, firstId), readRecord(notesDirectory, otherId)]);
    for (const each of [first, second]) refuseEditedFacts(each, setUp.workspace.notes.folder, false);
    const joined = await joinFiles(first, second, await joinOptions(setUp, notesDirectory));
    const { folder, facts, markdown, outcome } = recordPaths(otherId);
    const plots = readdirSync(join(notesDirectory, folder)).filter((name) => name.endsWith(".svg")).map((name) => `${folder}/${name}`);
    return {
      writes: await withLinks(joined, otherId, notesDirectory),
      removed: [...plots, outcome, markdown, facts].map((path) => join(notesDirectory, path)),
      done: [`joined ${otherId} into ${firstId}`, ...outcomesTold(first, second)],
    };
  });
  if (!dryRun) await handOver(otherId, firstId, setUp);
  return done;
}

/** The joined record, and the pages that named the other; those that name it in the joined text itself were led already. */
async function withLinks(joined: RecordFiles, otherId: string, notesDirectory: string): Promise<Write[]> {
  const links = await redirectNotes(notesDirectory, { from: otherId, to: joined.record.id }, async () => true);
  return [...(await writesOf(joined, notesDirectory)), ...links];
}

/** What the record that is gone had taken, this one has now. */
async function handOver(from: string, to: string, { workspace: { stateDirectory } }: SetUp): Promise<void> {
  if (!existsSync(stateDirectory)) return;
  const [journal, results] = await Promise.all([readJournal(stateDirectory), readResults(stateDirectory)]);
  const takenBy = <T extends { id: string; takenBy: string | null }>(all: readonly T[]): string[] => all.filter((one) => one.takenBy === from).map(({ id }) => id);
  await markTaken(stateDirectory, takenBy(journal), to);
  await markResultsTaken(stateDirectory, takenBy(results), to);
}
