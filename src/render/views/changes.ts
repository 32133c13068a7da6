import { foldReverts } from "../../record/folding.ts";
import { commitUrl, fileUrl } from "../../record/links.ts";
import type { ChangedFile, ChangeRecord, Commit, FileKind } from "../../record/schema.ts";
import { bytes, count, listed, shortSha, whole } from "../quantity.ts";
import { brief } from "../visible.ts";
import { countsBy, type Counted } from "./counts-by.ts";
import { compareOf, linkSha } from "./references.ts";

/*
 * Capped before anything is escaped: a record of 10,000 commits costs no more to render than one of a hundred.
 */
const shownCommits = 60;
const shownFiles = 80;
const shownContributors = 12;
const foldedBots = 3;
const subjectLength = 140;
const pathLength = 240;
const addressLength = 1000;

/** What `changes.hbs` is given. */
export function changesView(record: ChangeRecord) {
  const { commits, files, counts } = record;
  const bots = new Set(record.contributors.filter(({ bot }) => bot).map(({ name }) => name));
  const byPeople = commits.filter(({ author }) => !bots.has(author));
  const parted = commits.length - byPeople.length > foldedBots && byPeople.length > 0;
  const rows = inPairs(parted ? byPeople : commits);
  const chosen = mostTelling(files);
  return {
    act: record.range === null,
    takenAway: record.direction === "rollback" && commits.length > 0,
    commits: rows.slice(0, shownCommits).map((row) => commitRow(record, row)),
    moreCommits: rows.length > shownCommits ? count(rows.length - shownCommits, "more commit") : null,
    noCommits: record.range !== null && commits.length === 0,
    bots: parted ? { commits: count(commits.length - byPeople.length, "commit"), names: namesOf(record, true) } : null,
    contributors: record.contributors.filter(({ bot }) => !bot).length > 1 ? namesOf(record, false) : null,
    compare: compareOf(record),
    files: chosen.map((file) => fileRow(record, file)),
    noFiles: record.range !== null && files.length === 0,
    moreFiles: files.length > chosen.length ? { shown: whole(chosen.length), all: count(files.length, "file") } : null,
    kinds: files.length > chosen.length ? listed(countsBy(files, ({ kind }) => kind).map(({ name, files: amount }) => `${whole(amount)} ${amount === 1 ? name : plurals[name] ?? name}`)) : null,
    folders: files.length > chosen.length ? foldersOf(files) : [],
    ignored: counts.ignored === 0 ? null : count(counts.ignored, "more file"),
  };
}

const plurals: Readonly<Record<string, string>> = { test: "tests", migration: "migrations", submodule: "submodules" };

interface Row {
  commit: Commit;
  struck: boolean;
}

/** Newest first; a commit that was reverted within the ship stands right below its revert. */
function inPairs(commits: readonly Commit[]): Row[] {
  const partners = foldReverts(commits);
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const placed = new Set<string>();
  return commits.flatMap((commit): Row[] => {
    if (placed.has(commit.sha)) return [];
    const partner = bySha.get(partners.get(commit.sha) ?? "");
    if (partner === undefined) return [{ commit, struck: false }];
    placed.add(partner.sha);
    return [{ commit, struck: true }, { commit: partner, struck: true }];
  });
}

function commitRow({ repository }: ChangeRecord, { commit: { sha, subject, author }, struck }: Row) {
  return { sha: shortSha(sha), url: commitUrl(repository, linkSha(repository, sha)), subject: brief(subject, subjectLength) || "(no subject)", author: brief(author, 60), struck };
}

function namesOf({ contributors }: ChangeRecord, bots: boolean): string {
  const people = contributors.filter(({ bot }) => bot === bots);
  const names = people.slice(0, shownContributors).map(({ name, commits }) => `${brief(name, 60)} (${whole(commits)})`);
  return listed(people.length > shownContributors ? [...names, `${whole(people.length - shownContributors)} more`] : names);
}

/** What matters most comes first where not all files can be listed; settings no more than code, or many small ones would hide it. */
const weights: Readonly<Record<FileKind, number>> = {
  migration: 0, dependencies: 1, infra: 2, submodule: 3, config: 4, code: 4, content: 5, other: 6, test: 7, docs: 8,
};

/** As many files as are listed, in their order; of one kind those with most changed lines. */
function mostTelling(files: readonly ChangedFile[]): ChangedFile[] {
  if (files.length <= shownFiles) return [...files];
  const places = files.map((file, place) => ({ file, place }));
  const heaviest = places.sort((a, b) => weights[a.file.kind] - weights[b.file.kind] || churn(b.file) - churn(a.file) || a.place - b.place).slice(0, shownFiles);
  return heaviest.sort((a, b) => a.place - b.place).map(({ file }) => file);
}

function churn({ added, deleted }: ChangedFile): number {
  return (added ?? 0) + (deleted ?? 0);
}

function fileRow({ range, repository }: ChangeRecord, file: ChangedFile) {
  const there = file.status !== "deleted" && file.kind !== "submodule";
  const renamed = file.status === "renamed" || file.status === "copied";
  const url = range === null || !there ? null : fileUrl(repository, linkSha(repository, range.to), file.path);
  return {
    path: brief(file.path, pathLength),
    url: url === null || url.length > addressLength ? null : url,
    change: statusWords[file.status],
    from: renamed && file.previousPath !== null ? brief(file.previousPath, pathLength) : null,
    lines: linesOf(file),
    submodule: file.submodule === null ? null : `${shaOrNone(file.submodule.before)}..${shaOrNone(file.submodule.after)}`,
    kind: file.kind,
  };
}

const statusWords: Readonly<Record<ChangedFile["status"], string>> = {
  added: "added", modified: "modified", deleted: "deleted", renamed: "renamed", copied: "copied", typechanged: "type changed",
};

/** What changed inside, in a few words: lines, or sizes before → after. */
function linesOf(file: ChangedFile): string {
  if (file.size !== null) return `${file.lfs ? "LFS, " : "binary, "}${sizes(file.size.before, file.size.after)}`;
  if (file.added === null || file.deleted === null) return file.binary ? "binary" : "not known";
  return [...(file.added > 0 ? [`+${whole(file.added)}`] : []), ...(file.deleted > 0 ? [`\u2212${whole(file.deleted)}`] : [])].join(" ");
}

function sizes(before: number | null, after: number | null): string {
  if (before === null) return after === null ? "size not known" : bytes(after);
  return `${bytes(before)} → ${after === null ? "none" : bytes(after)}`;
}

function shaOrNone(sha: string | null): string {
  return sha === null ? "none" : shortSha(sha);
}

function foldersOf(files: readonly ChangedFile[]) {
  const most = 15;
  const folders = countsBy(files, ({ path }) => {
    const parts = path.split("/").slice(0, -1);
    return parts.length === 0 ? "./" : `${parts.slice(0, 2).join("/")}/`;
  });
  const rest = folders.slice(most);
  return [
    ...folders.slice(0, most).map((folder) => folderRow(folder, folder.name)),
    ...(rest.length === 0 ? [] : [folderRow(rest.reduce(summed), null, rest.length)]),
  ];
}

function summed(one: Counted, other: Counted): Counted {
  return { name: one.name, files: one.files + other.files, added: one.added + other.added, deleted: one.deleted + other.deleted };
}

function folderRow({ files, added, deleted }: Counted, name: string | null, others = 0) {
  return { name: name === null ? null : brief(name, pathLength), others: name === null ? count(others, "more folder") : null, files: whole(files), lines: `+${whole(added)} \u2212${whole(deleted)}` };
}
