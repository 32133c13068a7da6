import { emptyTree } from "../git/repository.ts";
import { auditFacts, type FactsAgain } from "../record/audit.ts";
import type { Commit } from "../record/schema.ts";
import { hazardsOf, readObjects } from "../rollback/hazards.ts";
import { beyondNotes, type NamedCommit, readNamedCommits } from "./audit-commits.ts";
import { type NetDiff, readNetDiffs, type TreePair } from "./audit-files.ts";
import { notesAt } from "./audit-folders.ts";
import { objectIds, together } from "./audit-objects.ts";
import { patchIdsOf } from "./audit-patches.ts";
import { type AuditSources, type Placed, placeRecord } from "./audit-place.ts";
import { blobsMissing } from "./blobs.ts";
import { fullId } from "./commits.ts";
import { chooseOwner, codeownersPlaces, ownersIn } from "./owners.ts";
import { contributorsOf } from "./people.ts";
import type { RangedRecord } from "./range-line.ts";
import { treeWithoutNotes } from "./range-trees.ts";
import { findReferences } from "./references.ts";
import type { ComponentScope } from "./scope.ts";

/**
 * Gathers the facts of ships again, as far as git alone decides them: some hundred records in about ten processes.
 * Records that do not follow then are tried once more with the folders that the notes lay in at their time.
 *
 * @returns in the order of the records
 */
export async function gatherAgain(records: readonly RangedRecord[], sources: AuditSources): Promise<FactsAgain[]> {
  const first = await gatherOnce(records, sources);
  const doubtful = [...records.entries()].filter(([place, record]) => {
    const facts = first[place];
    return facts !== undefined && sources.history.has(record.range.to) && auditFacts(record, facts).length > 0;
  });
  if (doubtful.length === 0) return first;
  const notes = await notesAt(sources.repository, doubtful.map(([, { range }]) => range.to), sources.notes);
  if (notes === sources.notes) return first;
  const again = await gatherOnce(doubtful.map(([, record]) => record), { ...sources, notes });
  for (const [order, [place, record]] of doubtful.entries()) {
    const facts = again[order];
    if (facts !== undefined && auditFacts(record, facts).length === 0) first[place] = facts;
  }
  return first;
}

async function gatherOnce(records: readonly RangedRecord[], sources: AuditSources): Promise<FactsAgain[]> {
  const placed = records.map((record) => placeRecord(record, sources));
  const [commits, diffs, toTrees, owners] = await Promise.all([
    commitsAgain(placed, sources), netDiffsAgain(placed, sources), toTreesAgain(placed, sources), ownersAgain(placed, sources),
  ]);
  const read = together((objects) => readObjects(sources.repository, objects));
  return Promise.all(placed.map(async ({ record, original, onOtherFiles, unknownEnds }, at): Promise<FactsAgain> => {
    const own = commits[at] ?? null;
    const diff = diffs[at] ?? null;
    return {
      unknownEnds,
      commits: own,
      files: diff === null ? null : { net: diff.net.files, ofComponent: diff.ofComponent?.files ?? null, complete: diff.net.complete, onOtherFiles },
      whole: record.component === null,
      toTree: toTrees[at] ?? null,
      patchId: diff?.patchId,
      derived: own === null || !original || !sources.isOfToday(record) ? null : await derivedAgain(record, own, owners[at] ?? null, read),
    };
  }));
}

type CommitsAgain = NonNullable<FactsAgain["commits"]> & { read: ReadonlyMap<string, NamedCommit> };

async function commitsAgain(placed: readonly Placed[], { repository, history, notes }: AuditSources): Promise<(CommitsAgain | null)[]> {
  const spans = placed.map(({ record: { direction, range }, original }) => {
    if (!original) return null;
    // A rollback's commits are those taken away.
    return direction === "rollback" && range.from !== null ? { from: range.to, to: range.from } : range;
  });
  const inRange = spans.map((span) => (span === null ? new Set<string>() : history.between(span.from, span.to)));
  const listed = placed.map(({ record }) => new Set(record.commits.map(({ sha }) => sha)));
  const unlisted = inRange.map((all, at) => [...all].filter((sha) => !(listed[at]?.has(sha) ?? false)));
  const asked = [...new Set(unlisted.flat())].map((sha) => ({ sha, parentShas: history.parents(sha) }));
  const mailmapOf = (tip: string): string => `${tip}:.mailmap`;
  const [ids, more] = await Promise.all([
    objectIds(repository, spans.flatMap((span) => (span === null ? [] : [mailmapOf(span.to)]))),
    beyondNotes(repository, asked, notes),
  ]);
  const mailmaps = new Map(spans.flatMap((span) => (span === null ? [] : [[span.to, ids?.get(mailmapOf(span.to)) ?? null]])));
  const read = await readNamedCommits(
    repository,
    placed.map(({ record }, at) => ({ commits: spans[at] === null ? [] : record.commits.map(({ sha }) => sha).filter(history.has), mailmapAt: spans[at]?.to ?? "" })),
    mailmaps,
  );
  return placed.map(({ record }, at) => {
    const found = read[at];
    if (spans[at] === null || found === undefined) return null;
    return {
      known: new Map(record.commits.flatMap(({ sha }) => {
        const commit = found.commits.get(sha);
        return commit === undefined ? [] : [[sha, factsOf(commit, listed[at] ?? new Set())]];
      })),
      read: found.commits,
      inRange: inRange[at] ?? new Set(),
      unlisted: (unlisted[at] ?? []).filter((sha) => more.has(sha)),
      named: found.named && ids !== null,
      parented: !repository.shallow,
    };
  });
}

function factsOf(logged: NamedCommit, listed: ReadonlySet<string>): Commit {
  const { sha, subject, author, date, committer, committedAt, parents, trailers } = logged;
  const reverts = logged.reverts === null ? null : fullId(logged.reverts, sha.length, listed);
  return { sha, subject, author, date, committer, committedAt, parents, trailers, reverts };
}

interface DiffsAgain {
  net: NetDiff;
  ofComponent: NetDiff | null;
  patchId: string | null | undefined;
}

async function netDiffsAgain(placed: readonly Placed[], { repository, notes, config }: AuditSources): Promise<(DiffsAgain | null)[]> {
  const trees = await objectIds(repository, placed.flatMap(({ from, to }) => [from, to].flatMap((commit) => (commit === null || commit === undefined ? [] : [treeOf(commit)]))));
  const pairs = placed.map(({ from, to, unknownEnds }): TreePair | null => {
    const after = to === undefined ? null : (trees?.get(treeOf(to)) ?? null);
    const before = from === null ? emptyTree(repository) : from === undefined ? null : (trees?.get(treeOf(from)) ?? null);
    return after === null || before === null || unknownEnds.length > 0 ? null : { before, after };
  });
  const ask = async (places: readonly number[], component: ComponentScope | null, bare: boolean): Promise<Map<number, NetDiff>> => {
    const diffs = await readNetDiffs(repository, places.flatMap((at) => pairs[at] ?? []), { notes, component, bare });
    return new Map(places.filter((at) => pairs[at] !== null).map((at, order) => [at, diffs[order] ?? { files: [], complete: false }]));
  };
  // A record from a partial clone knows of paths alone.
  const isBare = (at: number): boolean => placed[at]?.record.notes.some(({ code }) => code === blobsMissing.code) ?? false;
  const all = [...placed.keys()];
  const components = [...new Set(placed.flatMap(({ record }) => record.component ?? []))].flatMap((name) => {
    const paths = Object.hasOwn(config.components, name) ? config.components[name]?.paths : undefined;
    return paths === undefined ? [] : [{ name, paths }];
  });
  const withPatch = all.filter((at) => pairs[at] !== null && placed[at]?.original === true && placed[at]?.record.range.patchId !== null);
  const [full, bare, patchIds, ...parts] = await Promise.all([
    ask(all.filter((at) => !isBare(at)), null, false),
    ask(all.filter(isBare), null, true),
    patchIdsOf(repository, withPatch.flatMap((at) => pairs[at] ?? []), notes),
    ...components.map(async (component) => ask(all.filter((at) => !isBare(at) && placed[at]?.record.component === component.name), component, false)),
  ]);
  const patches = new Map(withPatch.map((at, order) => [at, patchIds[order]]));
  return all.map((at) => {
    const net = full.get(at) ?? bare.get(at);
    return net === undefined ? null : { net, ofComponent: parts.map((part) => part.get(at)).find((part) => part !== undefined) ?? null, patchId: patches.get(at) };
  });
}

function treeOf(commit: string): string {
  return `${commit}^{tree}`;
}

/** The trees of the ships without the notes; of those whose folders of years hold notes only, these are not even read. */
async function toTreesAgain(placed: readonly Placed[], { repository, notes }: AuditSources): Promise<(string | null)[]> {
  const guess = treeWithoutNotes(repository, notes, (path) => notes.folders.some((folder) => path.startsWith(`${folder}/`) && /^\d{4}$/.test(path.slice(folder.length + 1))));
  const exact = treeWithoutNotes(repository, notes);
  return Promise.all(placed.map(async ({ to, original, record }) => {
    if (to === undefined || !original) return null;
    try {
      return (await guess(to)) === record.range.toTree ? record.range.toTree : await exact(to);
    } catch (error) {
      if (!repository.partial) throw error;
      return null;
    }
  }));
}

type OwnersOf = (path: string) => string[];

/** Who owned what at the end of each ship; null where the file cannot be had. Each CODEOWNERS is read once. */
async function ownersAgain(placed: readonly Placed[], { repository }: AuditSources): Promise<(OwnersOf | null)[]> {
  const kindOf = ({ record }: Placed) => record.repository?.kind ?? null;
  const placesOf = (each: Placed): string[] => (each.to === undefined || !each.original ? [] : codeownersPlaces(kindOf(each)).map((path) => `${each.to ?? ""}:${path}`));
  const ids = await objectIds(repository, placed.flatMap(placesOf));
  if (ids === null) return placed.map(() => null);
  const idOf = (each: Placed): string | null => placesOf(each).map((name) => ids.get(name) ?? null).find((id) => id !== null) ?? null;
  const wanted = [...new Set(placed.flatMap((each) => idOf(each) ?? []))];
  const texts = await readObjects(repository, wanted);
  const textOf = new Map(wanted.map((id, at) => [id, texts[at] ?? null]));
  const known = new Map<string, OwnersOf>();
  return placed.map((each) => {
    const id = idOf(each);
    if (id === null) return () => [];
    const text = textOf.get(id) ?? null;
    if (text === null) return null;
    const key = `${kindOf(each) ?? ""} ${id}`;
    const owners = known.get(key) ?? ownersIn(text, kindOf(each));
    known.set(key, owners);
    return owners;
  });
}

/** What today's rules make of a ship's facts. */
async function derivedAgain(
  record: RangedRecord,
  { read, named }: CommitsAgain,
  owners: OwnersOf | null,
  readFiles: (objects: readonly string[]) => Promise<(string | null)[]>,
): Promise<FactsAgain["derived"]> {
  const commits = record.commits.flatMap(({ sha }) => read.get(sha) ?? []);
  const whole = commits.length === record.commits.length;
  const contributors = whole && named ? contributorsOf(commits) : null;
  return {
    contributors,
    references: whole ? findReferences(commits, { forge: record.repository, tickets: null }).references : null,
    owners,
    owner: contributors === null || owners === null ? null : chooseOwner({
      flag: null, component: null, configured: null,
      files: record.files.map((file) => ({ ...file, owners: owners(file.path) })),
      contributors,
    }),
    hazards: await hazardsOf(readFiles, { files: record.files, range: record.range, configured: [] }),
  };
}
