import type { Caveat, ChangeRecord, Commit, Contributor, Forge, Reference } from "../record/schema.ts";
import type { SecretRules } from "../secrets.ts";
import { type GatheredCommit, recordedCommit } from "./commits.ts";
import { maskStrings } from "./masking.ts";
import { contributorsOf } from "./people.ts";
import { quoteCommits, type QuotedBody } from "./quotation.ts";
import { findReferences, type Tickets } from "./references.ts";
import { titleOf } from "./title.ts";

/** What a ship's commits say, without the rest of it. */
export interface CommitFacts {
  /** As record.json holds them; masked, unlike all else here. */
  recorded: Commit[];
  contributors: Contributor[];
  references: Reference[];
  approvals: ChangeRecord["approvals"];
  /** null where there are no commits. */
  title: string | null;
  /** Of those that say why, the first few. */
  bodies: QuotedBody[];
  caveats: Caveat[];
}

/** One more than a record quotes, so that it can say that there are more. */
const wantedBodies = 7;

/**
 * Everything that follows from the commits alone; git is busy with the files meanwhile.
 *
 * @param commits newest first
 * @param tip the commit that was shipped; in a rollback the one that was live
 * @param takenAway whether this is a rollback: its commits are those taken away
 */
export async function readCommitFacts(
  commits: readonly GatheredCommit[],
  { tip, takenAway, forge, tickets, rules }: { tip: string; takenAway: boolean; forge: Forge | null; tickets: Tickets | null; rules: SecretRules },
): Promise<CommitFacts> {
  const { references, caveats } = findReferences(commits, { forge, tickets });
  const title = titleOf(commits, tip);
  // Why something was done is no reason for taking it away.
  const bodies = takenAway ? [] : quoteCommits(commits, title, wantedBodies);
  return {
    recorded: await maskStrings(commits.map(recordedCommit), rules),
    contributors: contributorsOf(commits),
    references,
    approvals: trailerApprovals(commits),
    title: title !== null && takenAway ? `Roll back: ${title}` : title,
    bodies,
    caveats,
  };
}

/** `Reviewed-by:`, `Approved-by:` and `Acked-by:` of the ship's commits, without the addresses. */
function trailerApprovals(commits: readonly GatheredCommit[]): ChangeRecord["approvals"] {
  return commits.flatMap(({ trailers }) =>
    Object.entries(trailers)
      .filter(([name]) => /^(?:reviewed|approved|acked)-by$/i.test(name))
      .flatMap(([, values]) => values.map((value) => ({ who: value.replace(/\s*<[^>]*>\s*$/, ""), source: "trailer" as const }))),
  );
}
