import type { Discrepancy } from "./finding.ts";
import { isSameText, isSameValue, mask } from "./masked.ts";
import type { ChangedFile, ChangeRecord, Commit, Contributor, Hazard, Owner, Reference } from "./schema.ts";
import { overallVerdict } from "./verdict.ts";
import { median } from "./yielded.ts";

/** A changed file as git alone tells of it. */
export type BareFile = Omit<ChangedFile, "kind" | "owners">;

/** The facts of a ship, gathered again from git alone. Null: not to be known here (a partial clone, commits that are gone). */
export interface FactsAgain {
  /** Ends of the range that git does not have. */
  unknownEnds: readonly ("from" | "to")[];
  commits: {
    /** By id, as far as the record names them and git has them. */
    known: ReadonlyMap<string, Commit>;
    inRange: ReadonlySet<string>;
    /** In the range, more than notes, and not in the record. */
    unlisted: readonly string[];
    /** Whether the names are those of the .mailmap that counts. */
    named: boolean;
    /** Whether the numbers of parents are known: where a shallow clone ends they are not. */
    parented: boolean;
  } | null;
  files: {
    /** All that differs between the ends, but notes. */
    net: readonly BareFile[];
    /** The component's; null where that is no longer configured, or there is none. */
    ofComponent: readonly BareFile[] | null;
    /** Whether lines, sizes and renames are known; else which paths differ is all there is. */
    complete: boolean;
    /** Whether the ship stands on other files than it did: the same changes, of files whose sizes may differ. */
    onOtherFiles: boolean;
  } | null;
  /** Whether the record takes all of the range, not a component's part of it. */
  whole: boolean;
  toTree: string | null;
  /** undefined: not asked for. */
  patchId: string | null | undefined;
  /** What today's rules make of these facts; null where the record was written by other rules. */
  derived: {
    contributors: readonly Contributor[] | null;
    references: readonly Reference[] | null;
    /** By path. */
    owners: ((path: string) => readonly string[]) | null;
    owner: Owner | null;
    hazards: readonly Hazard[] | null;
  } | null;
}

/** What of a record no longer follows from git. */
export function auditFacts(record: ChangeRecord, again: FactsAgain): Discrepancy[] {
  const { range } = record;
  if (range === null) return [];
  const ends = again.unknownEnds.map((end) => differs(["range", end], `git has no commit ${range[end] ?? ""}`));
  if (ends.length > 0) return ends;
  const found = [...auditCommits(record, again), ...auditFiles(record, again)];
  if (again.toTree !== null && again.toTree !== range.toTree) found.push(differs(["range", "toTree"], `git says ${again.toTree}`));
  if (again.patchId !== undefined && again.patchId !== range.patchId) found.push(differs(["range", "patchId"], `git says ${again.patchId ?? "none"}`));
  return [...found, ...(found.length === 0 ? auditDerived(record, again) : [])];
}

function differs(at: readonly (string | number)[], message: string): Discrepancy {
  return { code: "does-not-follow", at, message };
}

function auditCommits({ commits, counts, direction }: ChangeRecord, { commits: again, whole }: FactsAgain): Discrepancy[] {
  if (again === null) return [];
  const found = commits.flatMap((commit, place): Discrepancy[] => {
    const at = ["commits", place];
    const known = again.known.get(commit.sha);
    if (known === undefined) return [differs([...at, "sha"], `git has no commit ${commit.sha}`)];
    if (!again.inRange.has(commit.sha)) return [differs([...at, "sha"], `${commit.sha} is not in the range`)];
    const keys = ([
      "subject", "date", "committedAt", "trailers", "reverts",
      ...(again.named ? ["author", "committer"] as const : []),
      ...(again.parented ? ["parents"] as const : []),
    ] as const).filter((key) => !isSameValue(commit[key], known[key]));
    return keys.map((key) => differs([...at, key], `git says ${JSON.stringify(known[key])}`));
  });
  const doubled = new Set(commits.map(({ sha }) => sha)).size < commits.length;
  if (doubled) found.push(differs(["commits"], "a commit is listed twice"));
  if (counts.commits !== commits.length) found.push(differs(["counts", "commits"], `${commits.length} are listed`));
  if (whole && again.unlisted.length > 0) {
    const [first = "", ...others] = again.unlisted;
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    found.push(differs(["commits"], `${first}${more} ${others.length === 0 ? "is" : "are"} ${direction === "rollback" ? "taken away" : "in the range"} and not listed`));
  }
  return found;
}

function auditFiles({ files, counts }: ChangeRecord, { files: again, whole }: FactsAgain): Discrepancy[] {
  if (again === null) return [];
  const net = byPath(again.net);
  const ofComponent = byPath(again.ofComponent ?? []);
  // What is a copy hangs on the rest of a file, and with it how many lines were added.
  const hasCopies = [...files, ...again.net].some(({ status }) => status === "copied");
  const isComparable = again.complete && !(again.onOtherFiles && hasCopies);
  const keys = fileKeys.filter((key) => key !== "size" || !again.onOtherFiles);
  const found = files.flatMap((file, place): Discrepancy[] => {
    const candidates = [fileAt(ofComponent, file.path), fileAt(net, file.path)].filter((each) => each !== undefined);
    const at = ["files", place];
    if (candidates.length === 0) return [differs([...at, "path"], `${file.path} does not differ between the ends of the range`)];
    if (!isComparable || candidates.some((each) => differing(file, each, keys).length === 0)) return [];
    const [nearest] = candidates;
    return nearest === undefined ? [] : differing(file, nearest, keys).map((key) => differs([...at, key], `git says ${JSON.stringify(nearest[key])}`));
  });
  const all = whole ? again.net : again.ofComponent;
  // What a component's paths were when it was recorded, the configuration no longer says for certain.
  const certain = all !== null && (whole || isCovered(files, all));
  if (!certain || !isComparable) return found;
  const known = byPath(all);
  const unlisted = all.length - files.filter(({ path }) => fileAt(known, path) !== undefined).length;
  if (counts.files !== all.length) found.push(differs(["counts", "files"], `git says ${all.length}`));
  if (counts.ignored !== unlisted) found.push(differs(["counts", "ignored"], `${unlisted} of ${all.length} are not listed`));
  for (const key of ["added", "deleted"] as const) {
    const total = all.reduce((sum, file) => sum + (file[key] ?? 0), 0);
    if (counts[key] !== total) found.push(differs(["counts", key], `git says ${total}`));
  }
  return found;
}

function byPath(files: readonly BareFile[]): Map<string, BareFile> {
  return new Map(files.map((file) => [file.path, file]));
}

/** A path may have been masked. */
function fileAt(files: ReadonlyMap<string, BareFile>, path: string): BareFile | undefined {
  return files.get(path) ?? (path.includes(mask) ? [...files.values()].find((file) => isSameText(path, file.path)) : undefined);
}

function isCovered(listed: readonly BareFile[], all: readonly BareFile[]): boolean {
  const known = new Set(all.map(({ path }) => path));
  return listed.every(({ path }) => known.has(path));
}

const fileKeys = ["previousPath", "status", "added", "deleted", "binary", "size", "submodule", "lfs"] as const;

function differing(recorded: BareFile, git: BareFile, keys: readonly (typeof fileKeys)[number][]): (keyof BareFile)[] {
  return keys.filter((key) => !isSameValue(recorded[key], git[key]));
}

function auditDerived(record: ChangeRecord, { derived }: FactsAgain): Discrepancy[] {
  if (derived === null) return [];
  const found: Discrepancy[] = [];
  const { contributors, references, owners, owner, hazards } = derived;
  if (contributors !== null && !isSameValue(record.contributors, contributors)) {
    found.push(differs(["contributors"], `git says ${contributors.map(({ name, commits }) => `${name} (${commits})`).join(", ")}`));
  }
  if (references !== null) found.push(...auditReferences(record, references));
  record.files.forEach((file, place) => {
    const now = owners?.(file.path);
    if (now !== undefined && !isSameValue(file.owners, now)) {
      found.push(differs(["files", place, "owners"], `CODEOWNERS says ${now.length === 0 ? "nobody" : now.join(", ")}`));
    }
  });
  const decided = record.owner === null || record.owner.source === "codeowners" || record.owner.source === "author";
  if (owners !== null && contributors !== null && decided && found.length === 0 && !isSameValue(record.owner, owner)) {
    found.push(differs(["owner"], `git says ${owner === null ? "nobody" : `${owner.name} (${owner.source})`}`));
  }
  // One that is configured takes the place of the known one of its kind, so which sentence stands there is not asked.
  for (const { kind, path } of hazards ?? []) {
    if (!record.rollback.hazards.some((hazard) => hazard.kind === kind && isSameText(hazard.path, path))) {
      found.push(differs(["rollback", "hazards"], `git says ${kind}: ${path}`));
    }
  }
  return found;
}

/** What is a ticket, the configuration says. */
function auditReferences({ references }: ChangeRecord, again: readonly Reference[]): Discrepancy[] {
  const now = again.filter(({ kind }) => kind !== "ticket");
  const found = references.flatMap((reference, place): Discrepancy[] => {
    if (reference.kind === "ticket" || now.some((each) => isSameValue(reference, each))) return [];
    return [differs(["references", place], `no commit names ${reference.id} so`)];
  });
  const recorded = references.filter(({ kind }) => kind !== "ticket").length;
  return found.length === 0 && recorded !== now.length ? [differs(["references"], `git says ${now.map(({ id }) => id).join(", ") || "none"}`)] : found;
}

/** What of a record does not follow from other parts of it: nothing outside is asked. */
export function auditItself(record: ChangeRecord): Discrepancy[] {
  const found: Discrepancy[] = [];
  const verdict = overallVerdict(record.metrics);
  if (record.verdict !== verdict) found.push(differs(["verdict"], `its metrics say ${verdict}`));
  record.metrics.forEach((metric, place) => {
    for (const side of ["before", "after"] as const) {
      const measured = metric[side];
      if (measured === null) continue;
      const at = ["metrics", place, side];
      if (measured.samples.length !== measured.rounds.length) found.push(differs([...at, "rounds"], `there are ${measured.samples.length} samples`));
      else if (measured.samples.length > 0 && measured.value !== median(measured.samples)) {
        found.push(differs([...at, "value"], `the median of the samples is ${median(measured.samples) ?? "none"}`));
      }
    }
  });
  const named = new Set(record.commits.flatMap(({ trailers }) => Object.values(trailers).flat()).map((value) => value.replace(/\s*<[^>]*>\s*$/, "")));
  record.approvals.forEach(({ who, source }, place) => {
    if (source === "trailer" && !named.has(who)) found.push(differs(["approvals", place, "who"], "no trailer of its commits names them"));
  });
  const shas = new Set(record.commits.map(({ sha }) => sha));
  record.references.forEach(({ source, id }, place) => {
    if (!shas.has(source)) found.push(differs(["references", place, "source"], `the commit that names ${id} is not in the record`));
  });
  return found;
}

/** References to other records that are not there. */
export function auditLinks({ remediates, promotion }: ChangeRecord, ids: ReadonlySet<string>): Discrepancy[] {
  const gone = (id: string) => `there is no record ${id}`;
  return [
    ...(remediates === null || ids.has(remediates) ? [] : [differs(["remediates"], gone(remediates))]),
    ...(promotion === null || ids.has(promotion.from) ? [] : [differs(["promotion", "from"], gone(promotion.from))]),
  ];
}
