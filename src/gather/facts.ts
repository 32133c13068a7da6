import type { Config } from "../config.ts";
import type { Repository } from "../git/repository.ts";
import { kinship } from "../git/revisions.ts";
import type { Facts } from "../record/assemble.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { findHazards } from "../rollback/hazards.ts";
import { planRollback } from "../rollback/plan.ts";
import type { SecretRules } from "../secrets.ts";
import type { KeptComparison } from "../state/comparisons.ts";
import type { JournalEntry } from "../state/journal.ts";
import { blobsMissing } from "./blobs.ts";
import { actorOf, type CiRun } from "./ci.ts";
import { selectCommands, type StatedCommand } from "./commands.ts";
import { forgeOf } from "./forge.ts";
import { gatherComparisons } from "./comparisons.ts";
import { gatherFromGit, type GitFacts } from "./git-facts.ts";
import { commitsBefore } from "./laid-out.ts";
import { gatherMeasurements, type MeasurementSources } from "./measurements.ts";
import { chooseOwner } from "./owners.ts";
import type { QuotedBody } from "./quotation.ts";
import { hasRange, lineOf, type RangedRecord, revertedShip } from "./range-line.ts";
import type { FoundRange } from "./range-search.ts";
import { type ComponentScope, shipPathspecs } from "./scope.ts";
import { deployEnd, shippedAt } from "./shipped-at.ts";

/** All that a ship's facts rest on beside git itself. */
export interface FactSources {
  repository: Repository;
  config: Config;
  notes: NotesPaths;
  records: readonly ChangeRecord[];
  found: FoundRange;
  environment: string;
  component: ComponentScope | null;
  journal: readonly JournalEntry[];
  /** Kept results and files, of which the ship's before and after are chosen. */
  measurements: Pick<MeasurementSources, "kept" | "baseline" | "results" | "files">;
  /** Kept comparisons, of which the ship's is chosen. */
  comparisons: readonly KeptComparison[];
  ci: CiRun;
  /** When a push was seen to reach its remote; null where none was. */
  pushedAt: string | null;
  /** The present time, ISO 8601 in UTC. */
  now: string;
  said: SaidFacts;
  /** What counts as a secret. */
  rules: SecretRules;
}

/** What flags say of a ship's facts; null or empty where they say nothing. */
export interface SaidFacts {
  at: string | null;
  owner: string | null;
  commands: readonly StatedCommand[];
  /** false: `--no-commands`. */
  capture: boolean;
  approvedBy: readonly string[];
  artifacts: ChangeRecord["artifacts"];
}

/** A ship's facts, its commits masked and all else not yet, and what is proposed for the words that people write. */
export interface GatheredShip {
  facts: Facts;
  /** null where there are no commits. */
  title: string | null;
  bodies: QuotedBody[];
  /** Ids of journal entries, of results and of comparisons that the record takes. */
  taken: { commands: string[]; results: string[]; comparisons: string[] };
}

/** Where all sources meet: asks each for its part of the record. */
export async function gatherFacts(sources: FactSources): Promise<GatheredShip> {
  const { repository, config, found, records, environment, said } = sources;
  const component = sources.component?.name ?? null;
  const standing = found.record;
  const forge = forgeOf(remoteUrl(repository), config.forge ?? null);
  const git = await gatherFromGit({ ...sources, forge });
  const { commits, files, range, told } = git;
  const line = lineOf(records, environment, component);
  const next = standing === null ? null : (line[line.findIndex(({ id }) => id === standing.id) - 1] ?? null);
  const commands = selectCommands(sources.journal, said.commands, {
    environment,
    component,
    since: found.previous?.recordedAt ?? git.fromCommittedAt,
    until: next?.recordedAt ?? null,
    standing,
    capture: said.capture,
  });
  const moment = shippedAt({
    flag: said.at,
    direction: found.direction,
    hasRange: range !== null,
    commands: commands.commands,
    ci: sources.ci.startedAt,
    push: sources.pushedAt,
    now: sources.now,
    committedAt: git.toCommittedAt,
    wentLiveAfter: await wentLiveAfter(repository, found, git, line.find(hasRange) ?? null),
    standing,
  });
  const measured = gatherMeasurements({
    ...sources.measurements,
    environment,
    component,
    previous: found.previous,
    standing,
    ...moment,
    deployEnd: deployEnd(commands.commands, found.direction),
    toCommittedAt: git.toCommittedAt,
    nextShippedAt: next?.shippedAt ?? null,
    commitsBefore: await commitsBefore(repository, range, commits, sources.measurements.kept),
    judgement: { alpha: config.compare.alpha, tolerance: config.compare.tolerance },
  });
  const compared = await gatherComparisons(repository, sources.notes, { kept: sources.comparisons, environment, component, standing, range });
  const earlier = line.filter(({ id }) => id !== standing?.id);
  const facts: Facts = {
    environment,
    component,
    direction: found.direction,
    remediates: found.remediates ?? standing?.remediates ?? revertedShip(earlier, told.recorded),
    promotion: promotionOf(found, commands.commands) ?? standing?.promotion ?? null,
    ...moment,
    range,
    repository: forge,
    owner: ownerOf(sources, files, told.contributors),
    actor: standing?.actor ?? actorOf(sources.ci, userName(repository)),
    contributors: told.contributors,
    references: told.references,
    approvals: distinct([
      ...(standing?.approvals ?? []), ...told.approvals, ...said.approvedBy.map((who) => ({ who, source: "flag" as const })),
    ]),
    artifacts: distinct([...(standing?.artifacts ?? []), ...said.artifacts]),
    notes: distinct([...found.caveats, ...git.caveats, ...told.caveats]),
    counts: { commits: commits.length, files: files.length + git.ignored, ignored: git.ignored, added: git.added, deleted: git.deleted },
    commits: told.recorded,
    files,
    commands: commands.commands,
    metrics: [...compared.metrics, ...measured.metrics],
    watch: standing?.watch ?? null,
    rollback: await rollbackOf(sources, git, commands.commands),
  };
  return {
    facts,
    title: told.title,
    bodies: told.bodies,
    taken: { commands: commands.taken, results: measured.taken, comparisons: compared.taken },
  };
}

async function rollbackOf(
  { repository, config, notes, found, component, said }: FactSources,
  git: GitFacts,
  commands: ChangeRecord["commands"],
): Promise<ChangeRecord["rollback"]> {
  const standing = found.record;
  const deploy = commands.findLast(
    ({ kind, source, state, exitCode }) => kind === "deploy" && source === "captured" && state === "ended" && exitCode === 0,
  );
  const [plan, hazards] = await Promise.all([
    planRollback(await atTip(repository, git.range), {
      range: git.range,
      direction: found.direction,
      commits: git.commits.map(({ sha, parents, touchesNotes }) => ({ sha, parents, touchesNotes })),
      configured: config.rollback,
      notes,
      component: component === null ? null : shipPathspecs({ ...notes, exclude: [] }, component),
      deployCommand: deploy?.command ?? null,
      deployDirectory: deploy?.directory ?? null,
      artifact: artifactOf([...(standing?.artifacts ?? []), ...said.artifacts]),
      previousArtifact: artifactOf(found.previous?.artifacts ?? []),
      // Whether undoing would apply is answered once for a range; `rollback --check` answers for today.
      standing: found.range === null ? null : (standing?.rollback ?? null),
    }),
    findHazards(repository, { range: git.range, files: git.files, configured: config.hazards }),
  ]);
  // Where a revert is made of contents that are not here, nothing is promised of it.
  const lacking = git.caveats.some(({ code }) => code === blobsMissing.code);
  const applies = lacking ? { ...plan.applies, status: "unknown" as const, conflicts: [] } : plan.applies;
  return { ...plan, applies, hazards, rehearsal: standing?.rollback.rehearsal ?? null };
}

/** The repository as it stands where the ship is: another branch may be checked out, where nothing of it can be undone. */
async function atTip(repository: Repository, range: ChangeRecord["range"]): Promise<Repository> {
  const { head } = repository;
  if (range === null || head === null || head === range.to || (await kinship(repository, range.to, head)) === "ancestor") return repository;
  return { ...repository, head: range.to };
}

/**
 * When the ship that this one goes on from reached its users: it cannot have been before that. Null where that asks for
 * nothing, and for a ship that lies below what is live: it is written down late.
 */
async function wentLiveAfter(
  repository: Repository,
  { status }: FoundRange,
  { range, toCommittedAt }: GitFacts,
  live: RangedRecord | null,
): Promise<string | null> {
  if (status === "recorded" || range === null || toCommittedAt === null || live === null) return null;
  if (Date.parse(toCommittedAt) >= Date.parse(live.shippedAt)) return null;
  return (await kinship(repository, range.to, live.range.to)) === "ancestor" ? null : live.shippedAt;
}

/** What `{artifact}` stands for: the first, as registries name what they hold. */
function artifactOf([first]: ChangeRecord["artifacts"]): string | null {
  return first === undefined ? null : `${first.name}@${first.digest}`;
}

function ownerOf(
  { config, component, said, found }: FactSources,
  files: ChangeRecord["files"],
  contributors: ChangeRecord["contributors"],
): ChangeRecord["owner"] {
  const standing = found.record?.owner ?? null;
  // What a flag or the configuration decided stands as recorded, whatever the configuration says by now, until somebody
  // names another; what follows from git is asked again.
  if (said.owner === null && (standing?.source === "flag" || standing?.source === "config")) return standing;
  return chooseOwner({
    flag: said.owner,
    component: component === null ? null : (config.components[component.name]?.owner ?? null),
    configured: config.owner ?? null,
    files,
    contributors,
  });
}

/** Which commands of the promoted ship were not run here, and the other way round; null where nothing was promoted. */
function promotionOf({ promotionFrom }: FoundRange, commands: ChangeRecord["commands"]): ChangeRecord["promotion"] {
  if (promotionFrom === null) return null;
  const there = new Set(promotionFrom.commands.map(({ command }) => command));
  const here = new Set(commands.map(({ command }) => command));
  return {
    from: promotionFrom.id,
    missing: [...there].filter((command) => !here.has(command)),
    additional: [...here].filter((command) => !there.has(command)),
  };
}

/** Who git would say commits here. */
function userName({ config, env }: Repository): string | null {
  return env["GIT_COMMITTER_NAME"] || env["GIT_AUTHOR_NAME"] || (config.get("user.name")?.at(-1) ?? null);
}

/** The address people look at: `origin`, else the only remote. */
function remoteUrl({ config }: Repository): string | null {
  const origin = config.get("remote.origin.url")?.at(-1);
  if (origin !== undefined) return origin;
  const others = [...config].filter(([name]) => /^remote\..*\.url$/s.test(name));
  return others.length === 1 ? (others[0]?.[1].at(-1) ?? null) : null;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
