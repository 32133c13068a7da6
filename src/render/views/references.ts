import { compareUrl } from "../../record/links.ts";
import type { ChangeRecord, Forge } from "../../record/schema.ts";
import { whole } from "../quantity.ts";
import { brief } from "../visible.ts";

const shown = 10;
const kinds = ["pull-request", "issue", "ticket"] as const;
const names = {
  "pull-request": ["pull request", "pull requests"],
  issue: ["issue", "issues"],
  ticket: ["ticket", "tickets"],
} as const;
const gitlabNames = { ...names, "pull-request": ["merge request", "merge requests"] } as const;

/** The references of one kind. */
interface ReferenceGroup {
  /** Whether another group stands before it. */
  also: boolean;
  /** `pull request`, `issues`. */
  name: string;
  list: { id: string; url: string | null; comma: boolean }[];
  more: string | null;
}

/** Pull requests, issues and tickets, each named once, as the summary shows them. */
export function referencesOf({ references, repository }: ChangeRecord): ReferenceGroup[] {
  const words = repository?.kind === "gitlab" ? gitlabNames : names;
  const groups = kinds.flatMap((kind) => {
    const found = [...new Map(references.filter((reference) => reference.kind === kind).map((reference) => [reference.id, reference])).values()];
    if (found.length === 0) return [];
    return [{
      name: words[kind][found.length === 1 ? 0 : 1],
      list: found.slice(0, shown).map(({ id, url }, at) => ({ id: brief(id, 80), url, comma: at > 0 })),
      more: found.length > shown ? whole(found.length - shown) : null,
    }];
  });
  return groups.map((group, at) => ({ also: at > 0, ...group }));
}

/** The forge's page of all commits and files of the range; null where there is none. */
export function compareOf({ range, repository, direction }: ChangeRecord): string | null {
  if (range === null || range.from === null) return null;
  const [from, to] = [linkSha(repository, range.from), linkSha(repository, range.to)];
  return direction === "rollback" ? compareUrl(repository, to, from) : compareUrl(repository, from, to);
}

/** An object id as an address names it: twelve digits where the forge is known to understand them. */
export function linkSha(repository: Forge | null, sha: string): string {
  return repository?.kind === "github" || repository?.kind === "gitlab" ? sha.slice(0, 12) : sha;
}
