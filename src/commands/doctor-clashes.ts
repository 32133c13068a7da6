import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { bytesOf } from "../archive/examine.ts";
import { listRecords, readFacts } from "../archive/read.ts";
import { namesIn } from "../archive/unreadable.ts";
import type { Repository } from "../git/repository.ts";
import { blobText, otherHead, underWay, type UnmergedFile, unmergedFiles } from "../git/staged.ts";
import { splitConflict } from "../document/conflict.ts";
import { recordId, recordPaths } from "../record/id.ts";
import { isSameShip, shipMark } from "../record/joined.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { shellWord } from "../rollback/undo.ts";
import { moveAttachments, movedAlong, ownNames } from "./doctor-attachments.ts";
import { partVersions, readClashFiles } from "./doctor-clash-files.ts";
import { type ClashSides, type ClashSource, readSides } from "./doctor-clash-sides.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { joinFiles, type Origin, type RecordFiles, writesOf } from "./doctor-join.ts";
import { redirectNotes, renamedFiles } from "./doctor-links.ts";
import { lastWhole, takingBack } from "./doctor-whole.ts";
import { type Change, change, joinOptions, placeOf } from "./doctor-write.ts";

/** Records that two branches wrote under one id, and that a merge left half of the one and half of the other. */
export async function findClashes(setUp: SetUp, notesDirectory: string): Promise<Found[]> {
  const { repository, notes } = setUp.workspace;
  const unmerged = await unmergedFiles(repository, notes.folder);
  const ids = new Set([...unmerged.flatMap(({ path }) => idOf(path.slice(notes.folder.length + 1)) ?? []), ...markedIds(notesDirectory)]);
  if (ids.size === 0) return [];
  const source: ClashSource = { repository, notesDirectory, folder: notes.folder, unmerged, other: await otherHead(repository) };
  const sides = await Promise.all([...ids].sort().map(async (id) => readSides(id, source)));
  const gone = [...ids].sort().flatMap((id) => goneOnOneSide(id, source));
  const open = sides.filter((clash) => gone.every(({ id }) => id !== clash.id) && isOpen(clash, unmerged, notesDirectory));
  const done = ids.size > 0 && open.length + gone.length === 0 && unmerged.every(({ path }) => !isMarked(join(repository.directory, path)));
  return [
    ...gone.map(({ finding }) => finding),
    ...(await Promise.all(open.map(async (clash) => clashFinding(clash, source, setUp)))),
    ...(done && unmerged.length > 0 ? [await mergeUnfinished(repository, notes.folder)] : []),
  ];
}

async function mergeUnfinished(repository: Repository, folder: string): Promise<Found> {
  const what = underWay(repository);
  const isAll = (await unmergedFiles(repository, "")).every(({ path }) => path.startsWith(`${folder}/`));
  const goOn = what === null || !isAll ? "" : what === "merge" ? " && git commit --no-edit" : ` && git ${what} --continue`;
  return {
    code: "merge-unfinished", level: "advice",
    message: `The records in ${folder}/ are whole again, and git still waits for them${isAll ? "" : ", and for other files"}.`,
    mend: `git add --all ${shellWord(folder)}${goOn}`,
  };
}

/** One side has changed a record that the other has deleted: only people know which is meant. */
function goneOnOneSide(id: string, { unmerged, folder, notesDirectory, other }: ClashSource): { id: string; finding: Found }[] {
  const left = unmerged.find(({ path, ours, theirs }) => idOf(path.slice(folder.length + 1)) === id && (ours === null) !== (theirs === null));
  const { markdown, folder: beside, facts } = recordPaths(id);
  if (left === undefined || (existsSync(join(notesDirectory, markdown)) && existsSync(join(notesDirectory, facts)))) return [];
  const paths = [markdown, beside].map((path) => shellWord(`${folder}/${path}`)).join(" ");
  const [words, from] = left.ours === null
    ? ["deleted here, and changed by the other side", other?.slice(0, 12) ?? "--theirs"]
    : ["changed here, and deleted by the other side", "HEAD"];
  return [{
    id,
    finding: {
      code: "record-clash", level: "problem", message: `${folder}/${markdown}: the record was ${words}. The mend keeps it; it goes by: git rm -r ${paths}`,
      mend: `git checkout ${from} -- ${paths}`,
    },
  }];
}

function idOf(path: string): string | null {
  return /^\d{4}\/(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)(?:\.md$|\/)/.exec(path)?.[1] ?? null;
}

/** Records with conflict markers in their files: git may have been told that all is well. */
function markedIds(notesDirectory: string): string[] {
  return namesIn(notesDirectory).filter((year) => /^\d{4}$/.test(year)).flatMap((year) =>
    namesIn(join(notesDirectory, year)).flatMap((name) => {
      const id = idOf(`${year}/${name}`) ?? idOf(`${year}/${name}/`);
      const { markdown, facts, outcome } = recordPaths(id ?? "");
      return id !== null && [markdown, facts, outcome].some((path) => isMarked(join(notesDirectory, path))) ? [id] : [];
    }));
}

function isMarked(path: string): boolean {
  const bytes = bytesOf(path);
  // Of ten thousand records hardly one is ever made a text of.
  return bytes !== null && bytes.includes("<<<<<<<") && splitConflict(bytes.toString("utf8")) !== null;
}

/** Whether a side of it stands nowhere yet. */
function isOpen({ id, ours, theirs, marked }: ClashSides, unmerged: readonly UnmergedFile[], notesDirectory: string): boolean {
  if (marked) return true;
  const { facts, markdown } = recordPaths(id);
  if (!unmerged.some(({ path }) => path.endsWith(`/${facts}`) || path.endsWith(`/${markdown}`))) return false;
  const standing = listRecords(notesDirectory, shipMark).rows;
  return [ours, theirs].some((side) => side !== null && !standing.some((mark) => isSameShip(mark, shipMark(side.record))));
}

async function clashFinding({ id, ours, theirs, base }: ClashSides, source: ClashSource, setUp: SetUp): Promise<Found> {
  const path = `${source.folder}/${recordPaths(id).markdown}`;
  if (ours === null || theirs === null) return unreadableSide({ id, ours, theirs }, source);
  const same = isSameShip(shipMark(ours.record), shipMark(theirs.record));
  return {
    code: "record-clash", level: "problem",
    message: same
      ? `${path}: a merge left two versions of the record of one ship in one file. They can be joined.`
      : `${path}: two branches wrote a record of this id, for two ships ("${ours.record.title}" to ${ours.record.environment}, "${theirs.record.title}" to ${theirs.record.environment}). The later can have an id of its own.`,
    mend: "shipnote doctor --fix",
    fix: async (dryRun) => (same ? joinClash({ ours, theirs, base }, source, setUp, dryRun) : renameClash(ours, theirs, source, setUp, dryRun)),
  };
}

/** What can be read is taken, whole. */
async function unreadableSide({ id, ours, theirs }: Pick<ClashSides, "id" | "ours" | "theirs">, { repository, folder, unmerged }: ClashSource): Promise<Found> {
  const paths = recordPaths(id);
  const [page, beside] = [`${folder}/${paths.markdown}`, `${folder}/${paths.folder}`];
  const side = ours === null && theirs !== null ? "theirs" : "ours";
  const whose = ours === null && theirs === null ? "neither" : ours === null ? "ours" : "theirs";
  const found = { code: "record-clash", level: "problem" as const };
  const message = `${page}: a merge left two versions of ${id} in one, and ${whose === "neither" ? "neither can" : `${whose} cannot`} be read.`;
  if (whose !== "neither" && unmerged.some(({ path }) => path === page || path.startsWith(`${beside}/`))) {
    return { ...found, message: `${message} The mend takes ${side} alone.`, mend: `git checkout --${side} -- ${shellWord(page)} ${shellWord(beside)}` };
  }
  const last = await lastWhole(repository, `${folder}/${paths.facts}`, async (text, commit) => {
    const markdown = await blobText(repository, `${commit}:${page}`);
    return "value" in readFacts(text, id) && markdown !== null && splitConflict(markdown) === null;
  });
  return { ...found, message, mend: last === null ? `git log --all -p -- ${shellWord(page)} ${shellWord(beside)}` : takingBack(last, page, beside) };
}

/** The one that was written first is brought up to date with what the other says. */
async function joinClash({ ours, theirs, base }: { ours: RecordFiles; theirs: RecordFiles; base: string | null }, source: ClashSource, setUp: SetUp, dryRun: boolean): Promise<string[]> {
  const staying = ours.record.recordedAt <= theirs.record.recordedAt ? "ours" : "theirs";
  const [first, second] = staying === "ours" ? [ours, theirs] : [theirs, ours];
  return change(setUp, dryRun, async (notesDirectory): Promise<Change> => {
    const { id } = first.record;
    const own = new Set([...ownNames(first.record.metrics), ...ownNames(second.record.metrics)]);
    const parted = await partVersions(await readClashFiles(id, own, source), { id, to: id, staying, taken: own }, source, placeOf(setUp, notesDirectory));
    const joined = await joinFiles(first, second, { ...(await joinOptions(setUp, notesDirectory)), origins: origins(id, staying, source), base, fileNow: movedAlong(parted.renamed) });
    return {
      writes: [...parted.writes, ...(await writesOf(joined, notesDirectory))],
      removed: [],
      done: [`joined the two versions of ${id}`, ...joined.told, ...parted.done],
    };
  });
}

function origins(id: string, staying: "ours" | "theirs", { folder, unmerged }: ClashSource): [Origin, Origin] {
  const { facts, markdown, folder: beside } = recordPaths(id);
  const paths = [markdown, beside].map((path) => shellWord(`${folder}/${path}`)).join(" ");
  const origin = (side: "ours" | "theirs", other: "ours" | "theirs"): Origin => ({
    facts: `${folder}/${facts} of ${side}`,
    // Between markers that git takes for settled there may be something of both sides.
    mend: unmerged.length === 0
      ? `both files as shipnote wrote them: git log --all -p -- ${paths}`
      : `the file as shipnote wrote it, on its branch, and merge again; or take ${other} alone: git checkout --${other} -- ${paths}`,
  });
  const [ours, theirs] = [origin("ours", "theirs"), origin("theirs", "ours")];
  return staying === "ours" ? [ours, theirs] : [theirs, ours];
}

/** The one that was written later gets an id of its own. */
async function renameClash(ours: RecordFiles, theirs: RecordFiles, source: ClashSource, setUp: SetUp, dryRun: boolean): Promise<string[]> {
  const oursIsLater = ours.record.recordedAt > theirs.record.recordedAt;
  const [kept, later] = oursIsLater ? [theirs, ours] : [ours, theirs];
  return change(setUp, dryRun, async (notesDirectory): Promise<Change> => {
    const from = kept.record.id;
    const to = freeId(later.record, notesDirectory);
    const [own, keptOwn] = [ownNames(later.record.metrics), ownNames(kept.record.metrics)];
    const files = await readClashFiles(from, new Set([...own, ...keptOwn]), source);
    const along = files.filter((file) => file.of === (oursIsLater ? "ours" : "theirs")).map(({ path }) => path);
    const place = placeOf(setUp, notesDirectory);
    const parted = await partVersions(files, { id: from, to, staying: oursIsLater ? "theirs" : "ours", taken: own }, source, place);
    const moves = await moveAttachments(along, [from, to], own, place);
    const gone = new Set([...own, ...along, ...files.filter(({ versions }) => versions !== null).map(({ path }) => path), ""]);
    // What is both sides', or nobody knows whose, stays where it is, and so do links to it.
    const moved = { from, to, fileNow: (path: string) => (gone.has(path) ? moves.renamed.get(path) ?? parted.renamed.get(path) ?? path : null) };
    const renamed = await renamedFiles(later, moved);
    const strays = [...own].filter((name) => !keptOwn.has(name) || (name === "outcome.json" && kept.outcome === null && later.outcome !== null));
    const links = await redirectNotes(notesDirectory, moved, async (path) => isOnlyTheirs(path, from, source, oursIsLater));
    return {
      writes: [...parted.writes, ...moves.writes, ...(await writesOf(kept, notesDirectory)), ...(await writesOf(renamed, notesDirectory)), ...links],
      removed: [...moves.removed, ...strays.map((name) => join(notesDirectory, recordPaths(from).folder, name))],
      done: [`kept ${from}, "${kept.record.title}"`, `renamed the later ${from}, "${later.record.title}", to ${to}`, ...moves.done, ...parted.done],
    };
  });
}

/** `<id>-2`, or the next that is free. */
function freeId({ id, title, shippedAt, range }: ChangeRecord, notesDirectory: string): string {
  const base = recordId(title, shippedAt, range?.to ?? null, () => false);
  const stem = id.startsWith(`${base}-`) && /^-\d+$/.test(id.slice(base.length)) ? base : id;
  const isTaken = (candidate: string): boolean => {
    const { markdown, folder } = recordPaths(candidate);
    return [markdown, folder].some((path) => lstatSync(join(notesDirectory, path), { throwIfNoEntry: false }) !== undefined);
  };
  let place = 2;
  while (isTaken(`${stem}-${place}`)) place += 1;
  return `${stem}-${place}`;
}

/** Whether just the side of the later record has a page that names the id: then it means that one. */
async function isOnlyTheirs(path: string, id: string, { repository, folder, other }: ClashSource, oursIsLater: boolean): Promise<boolean> {
  const head = repository.head === null ? null : await blobText(repository, `${repository.head}:${folder}/${path}`);
  const incoming = other === null ? null : await blobText(repository, `${other}:${folder}/${path}`);
  const [ours, theirs] = [head?.includes(id) ?? false, incoming?.includes(id) ?? (other === null && !(head?.includes(id) ?? false))];
  return oursIsLater ? ours && !theirs && other !== null : theirs && !ours;
}
