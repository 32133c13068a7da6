import { openRepository, type Repository } from "../../src/git/repository.ts";
import { completeRange, findRange } from "../../src/gather/range.ts";
import type { FoundRange, RangeRequest, ShipEvent } from "../../src/gather/range-search.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import type { ChangeRecord, Commit } from "../../src/record/schema.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

/** A request with nothing given. */
export const nothingAsked: RangeRequest = {
  from: null, to: null, noRange: false, title: null, force: false, relink: false, id: null,
  environment: "production", component: null, tags: [], day: "2026-11-24",
};

/** A whole record of which a test names what it is about. */
export function recordOf(id: string, parts: Partial<ChangeRecord> = {}): ChangeRecord {
  return {
    version: 1,
    generator: { version: "0.1.0", templates: "0".repeat(64), regions: {} },
    id, title: id, recordedAt: "2026-11-24T10:00:00Z",
    environment: "production", component: null, direction: "forward", remediates: null, promotion: null,
    shippedAt: "2026-11-24T10:00:00Z", shippedAtSource: "commit", range: null, repository: null, owner: null,
    actor: { name: "Ada Osei", ci: null },
    contributors: [], references: [], approvals: [], artifacts: [],
    verdict: "not-measured", notes: [], counts: { commits: 0, files: 0, ignored: 0, added: 0, deleted: 0 },
    commits: [], files: [], commands: [], metrics: [], watch: null,
    rollback: { strategy: "revert", commands: [], hazards: [], applies: { status: "unknown", against: null, conflicts: [] }, rehearsal: null },
    checklist: [], exceptions: [],
    ...parts,
  };
}

/** A commit of which a test knows the id only. */
export function commitOf(sha: string, reverts: string | null = null): Commit {
  return {
    sha, subject: "", author: "", date: "2026-11-24T10:00:00Z", committer: "", committedAt: "2026-11-24T10:00:00Z",
    parents: 1, trailers: {}, reverts,
  };
}

/** A repository and the records of its ships, an hour apart. */
export interface World extends Fixture {
  records: ChangeRecord[];
  open: () => Promise<Repository>;
  find: (asked?: Partial<RangeRequest>, event?: ShipEvent | null) => Promise<FoundRange>;
  /** Finds, and keeps what is new as a record. */
  ship: (id: string, asked?: Partial<RangeRequest>) => Promise<ChangeRecord>;
  /** Commits a file that is a note. */
  commitNote: (id: string) => string;
}

export function makeWorld(...initArgs: string[]): World {
  const fixture = makeRepository(...initArgs);
  const notes = notesPaths("notes");
  const records: ChangeRecord[] = [];
  const open = () => openRepository(fixture.directory, { named: true });
  const find: World["find"] = async (asked = {}, event = null) => findRange(await open(), records, { ...nothingAsked, ...asked }, notes, event);
  return {
    ...fixture, records, open, find,
    commitNote: (id) => fixture.commit(`Record ${id}`, { [`notes/2026/2026-11-24-${id}.md`]: `${id}\n`, [`notes/2026/2026-11-24-${id}/record.json`]: "{}\n" }),
    async ship(id, asked = {}) {
      const found = await find(asked);
      if (found.status === "recorded") throw new Error(`${id} is recorded already: ${found.record?.id}`);
      const { span, direction, remediates } = found;
      const range = span === null ? null : (await completeRange(await open(), span, notes)).range;
      const [older, newer] = direction === "rollback" ? [span?.to, span?.from] : [span?.from, span?.to];
      const shas = span === null ? "" : fixture.git("rev-list", newer ?? "", ...(older ? [`^${older}`] : []));
      const at = `2026-11-24T${String(10 + records.length).padStart(2, "0")}:00:00Z`;
      const record = recordOf(id, {
        title: asked.title ?? id, range, direction, remediates, shippedAt: at, recordedAt: at,
        environment: asked.environment ?? "production", component: asked.component?.name ?? null,
        commits: shas.split("\n").filter(Boolean).map((sha) => commitOf(sha)),
      });
      records.unshift(record);
      return record;
    },
  };
}
