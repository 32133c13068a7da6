import { join } from "node:path";
import { standingText } from "../archive/standing.ts";
import type { MisplacedRecord } from "../archive/misplaced.ts";
import { pagesIn } from "../archive/pages.ts";
import { standaloneMarkdown } from "../archive/standalone.ts";
import { type RecordedShip, recordedShip } from "../gather/audit-lines.ts";
import type { Finding } from "../record/finding.ts";
import { recordPaths } from "../record/id.ts";
import { doubledShips, type ShipMark, shipMark } from "../record/joined.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { shellWord } from "../rollback/undo.ts";
import type { Workspace } from "../workspace.ts";
import { showing } from "./verify-document.ts";
import { brokenLinks } from "./verify-links.ts";
import type { Scope } from "./verify-scope.ts";

/** A record as its line and its doubles are told by. */
export type MarkedShip = RecordedShip & { mark: ShipMark };

/** @returns null where it is damaged, which is told of elsewhere */
export function markedShip(record: ChangeRecord): MarkedShip | null {
  const ship = recordedShip(record);
  return ship === null ? null : { ...ship, mark: shipMark(record) };
}

/** What the notes folder is judged by. */
export interface ArchiveRequest {
  workspace: Workspace;
  notesDirectory: string;
  scope: Scope;
  /** All records that can be read. */
  listed: readonly MarkedShip[];
  /** The ids of all records. */
  ids: ReadonlySet<string>;
  /** The ids of those that are looked at. */
  wanted: ReadonlySet<string>;
  misplaced: readonly MisplacedRecord[];
  /** The ids of those of which more is known than that they are not whole. */
  told: ReadonlySet<string | null>;
}

/** What the notes folder says as a whole: records that nothing reads, ships recorded twice, links of other pages. */
export async function auditArchive(request: ArchiveRequest): Promise<Finding[]> {
  const { workspace: { notes: { folder } }, notesDirectory, scope, ids, told } = request;
  const alone = standaloneMarkdown(notesDirectory, ids);
  return [
    ...alone.filter((id) => scope.kind === "all" && !told.has(id)).map((id) => withoutFacts(id, folder)),
    ...inOtherYears(request), ...doubles(request), ...(await auditPages(request, new Set([...ids, ...alone]))),
  ];
}

function withoutFacts(id: string, folder: string): Finding {
  const { markdown, facts } = recordPaths(id);
  return { code: "incomplete", record: id, path: `${folder}/${markdown}`, line: null, message: "record.json is missing", mend: showing(`${folder}/${facts}`) };
}

/** Records in the folder of another year. */
function inOtherYears({ workspace: { notes: { folder } }, scope, misplaced }: ArchiveRequest): Finding[] {
  if (scope.kind === "day") return [];
  return misplaced.flatMap(({ id, paths, isFree }): Finding[] => {
    const [first = ""] = paths;
    if (scope.kind === "commit" && ![...scope.changed].some((path) => paths.some((own) => `${path}/`.startsWith(`${folder}/${own}/`)))) return [];
    const year = id.slice(0, 4);
    const [from, to] = [paths.map((path) => shellWord(`${folder}/${path}`)).join(" "), shellWord(`${folder}/${year}`)];
    return [{
      code: "invalid", record: id, path: `${folder}/${first}`, line: null,
      message: `a record of ${year} is looked for in ${folder}/${year}, and lies in ${folder}/${first.slice(0, 4)}`,
      mend: isFree ? `mkdir -p ${to} && mv ${from} ${to}/` : showing(`${folder}/${first}`),
    }];
  });
}

/** Ships that more than one record is of: whatever counts records counts them twice. */
function doubles({ workspace: { notes: { folder } }, listed, wanted }: ArchiveRequest): Finding[] {
  const idOf = new Map(listed.map(({ id, mark }) => [mark, id]));
  return doubledShips(listed.map(({ mark }) => mark)).flatMap((group) => {
    const [first = "", ...others] = group.flatMap((mark) => idOf.get(mark) ?? []);
    if (![first, ...others].some((id) => wanted.has(id))) return [];
    return others.map((id): Finding => ({
      code: "does-not-follow", record: id, path: `${folder}/${recordPaths(id).facts}`, line: null,
      message: `it is of the same ship as ${first}`, mend: "shipnote doctor --fix",
    }));
  });
}

/** Links of the pages that are no record's: indexes, runbooks, guides, notes by hand. */
async function auditPages({ workspace: { notes: { folder }, repository }, notesDirectory, scope, ids }: ArchiveRequest, records: ReadonlySet<string>): Promise<Finding[]> {
  if (scope.kind === "day") return [];
  const changed = scope.kind === "commit" ? [...scope.changed].filter((path) => path.endsWith(".md")).map((path) => path.slice(folder.length + 1)).sort() : null;
  const pages = (changed ?? pagesIn(notesDirectory)).filter((path) => {
    const id = /^\d{4}\/(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)\.md$/.exec(path)?.[1];
    return id === undefined || !records.has(id);
  });
  const rules = { root: repository.directory, folder, ids };
  const found: Finding[] = [];
  for (const page of pages) {
    const path = `${folder}/${page}`;
    const markdown = await standingText(join(notesDirectory, page)).catch(() => null);
    if (markdown === null) continue;
    found.push(...(await brokenLinks({ path, markdown }, rules)).map((link): Finding => ({ code: "incomplete", record: null, path, ...link, mend: showing(path) })));
  }
  return found;
}
