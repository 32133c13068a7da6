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
 */
export async function readCommitFacts(
  commits: readonly GatheredCommit[],
  { tip, forge, tickets, rules }: { tip: string; forge: Forge | null; tickets: Tickets | null; rules: SecretRules },
): Promise<CommitFacts> {
  const { references, caveats } = findReferences(commits, { forge, tickets });
  const title = titleOf(commits, tip);
  return {
    recorded: await maskStrings(commits.map(recordedCommit), rules),
    contributors: contributorsOf(commits),
    references,
    approvals: trailerApprovals(commits),
    title,
    bodies: quoteCommits(commits, title, wantedBodies),
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
