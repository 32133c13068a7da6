import { runInNewContext } from "node:vm";
import { isTimedOut } from "../failure.ts";
import { referenceUrl } from "../record/links.ts";
import type { Caveat, Commit, Forge, Reference } from "../record/schema.ts";

/** The configured tickets: a regular expression, and where a ticket is found (`{0}` the match, `{1}` its first group). */
export interface Tickets { pattern: string; url?: string | null | undefined }

/** What of a commit may name a pull request, an issue or a ticket. */
export type ReferringCommit = Pick<Commit, "sha" | "subject" | "trailers"> & { body: string };

type Found = Pick<Reference, "kind" | "id" | "url">;

/** No longer text of a commit is searched. */
const searchedLength = 20_000;
/** How long a user's own pattern may search all commits, in milliseconds. */
const patience = 2_000;

const project = String.raw`(?:[\w.-]+(?:\/[\w.-]+)+)?`;
const closingWords = String.raw`(?:clos|fix|resolv|implement)(?:e[sd]?|ed|ing|es)?|refs?|references|related(?: to)?|part of|see(?: also)?|issues?|bugs?`;
const numbers = (sign: string): string => String.raw`${project}${sign}\d+(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+)${project}${sign}\d+)*`;

/** `Closes #3`, `Fixes: group/project#4 and #5`, also as a trailer. */
const closing = new RegExp(String.raw`\b(?:${closingWords})\b:?\s+(${numbers("#")})(?!\w)`, "gi");
/** `(#12)`, `(#12, #13)`. */
const bracketed = new RegExp(String.raw`\((${numbers("[#!]")})\)`, "g");
const wholeNumbers = new RegExp(`^${numbers("[#!]")}$`);
const anyNumber = new RegExp(String.raw`${project}[#!]\d+`, "g");
const closingKey = new RegExp(`^(?:${closingWords})$`, "i");
const merges: readonly RegExp[] = [
  /^Merge pull request (#\d+) from /,
  /^Merge pull request '.*' (\(#\d+\)) from /,
  /^Merged in .* \(pull request (#\d+)\)/,
];
const mergeRequest = new RegExp(String.raw`(?<![\w/.-])(${project}!\d+)(?!\w)`, "g");

/**
 * The pull requests, issues and tickets that commits name, each once, with the newest commit that names it.
 * Nobody is asked: what `#12` is follows from the words around it and from the forge's kind.
 *
 * @param commits newest first
 */
export function findReferences(
  commits: readonly ReferringCommit[],
  { forge, tickets }: { forge: Forge | null; tickets: Tickets | null },
): { references: Reference[]; caveats: Caveat[] } {
  const { found: ticketsOf, caveats } = findTickets(commits, tickets);
  const references = new Map<string, Reference>();
  commits.forEach((commit, at) => {
    for (const found of [...named(commit, forge), ...(ticketsOf[at] ?? [])]) {
      const key = `${found.kind} ${found.id}`;
      if (!references.has(key)) references.set(key, { ...found, source: commit.sha });
    }
  });
  return { references: [...references.values()], caveats };
}

function named(commit: ReferringCommit, forge: Forge | null): Found[] {
  // A revert quotes a subject, whose references are not its own.
  const subject = commit.subject.replace(/^(?:Revert|Reapply) ".*"/s, "");
  const body = commit.body.slice(0, searchedLength);
  const text = `${subject}\n${body}`;
  const make = (kind: "pull-request" | "issue", id: string): Found => ({ kind, id, url: referenceUrl(forge, { kind, id }) });
  // Most commits name nothing: one look tells.
  if (!/[#!]\d|GH-\d/.test(text)) return fromTrailers(commit.trailers, forge, make);
  const merged = merges.flatMap((merge) => idsIn(merge.exec(commit.subject)?.[1] ?? ""));
  // GitLab writes issues with `#`; the others' squash merges put the pull request's number there.
  const ofSign = (id: string): Found => make(id.includes("!") || forge?.kind !== "gitlab" ? "pull-request" : "issue", id);
  const closed = [...text.matchAll(closing)].flatMap((match) => idsIn(match[1] ?? ""));
  const inBrackets = [...subject.matchAll(bracketed)].flatMap((match) => idsIn(match[1] ?? ""));
  const requests = forge?.kind === "gitlab" || /^See merge request /m.test(body)
    ? [...`${subject}\n${/^See merge request .*$/m.exec(body)?.[0] ?? ""}`.matchAll(mergeRequest)].map((match) => match[1] ?? "")
    : [];
  return [
    ...merged.map((id) => make("pull-request", id)),
    ...[...inBrackets, ...requests].map((id) => ofSign(ownProject(id, forge))),
    ...closed.map((id) => make("issue", ownProject(id, forge))),
    ...[...text.matchAll(/\bGH-\d+\b/g)].map(([id]) => make("issue", id)),
    ...fromTrailers(commit.trailers, forge, make),
  ];
}

/** `Reviewed-on: https://…/pulls/12`, `Closes: #3`, `Pull-Request: #12`. */
function fromTrailers(
  trailers: Commit["trailers"],
  forge: Forge | null,
  make: (kind: "pull-request" | "issue", id: string) => Found,
): Found[] {
  return Object.entries(trailers).flatMap(([key, values]) => values.flatMap((value): Found[] => {
    const page = forge !== null && value.startsWith(`${forge.url}/`) ? value.slice(forge.url.length) : "";
    const [, what, number] = /^\/(?:-\/)?(pulls?|pull-requests|merge_requests|issues|work_items)\/(\d+)\b/.exec(page) ?? [];
    if (what !== undefined && number !== undefined) {
      return /^(?:issues|work_items)$/.test(what)
        ? [make("issue", `#${number}`)]
        : [make("pull-request", `${forge?.kind === "gitlab" ? "!" : "#"}${number}`)];
    }
    const ids = wholeNumbers.test(value.trim()) ? idsIn(value).map((id) => ownProject(id, forge)) : [];
    if (/^(?:pull-?request|pr|merge-?request|mr|reviewed-on)$/i.test(key)) return ids.map((id) => make("pull-request", id));
    if (closingKey.test(key)) return ids.map((id) => make(id.includes("!") ? "pull-request" : "issue", id));
    return [];
  }));
}

function idsIn(text: string): string[] {
  return [...text.matchAll(anyNumber)].map(([id]) => id);
}

/** `group/project!4` of this very project is `!4`. */
function ownProject(id: string, forge: Forge | null): string {
  const here = forge === null ? "" : new URL(forge.url).pathname.slice(1).toLowerCase();
  const [name = "", rest = ""] = id.split(/(?=[#!])/);
  return name.toLowerCase() === here ? rest : id;
}

/**
 * A user's pattern may take for ever on a text that somebody else wrote, so it runs where it can be stopped,
 * once for all commits.
 */
function findTickets(commits: readonly ReferringCommit[], tickets: Tickets | null): { found: Found[][]; caveats: Caveat[] } {
  if (tickets === null) return { found: [], caveats: [] };
  const texts = commits.map(({ subject, body }) => `${subject}\n${body}`.slice(0, searchedLength));
  const code = "JSON.stringify(texts.map((text) => [...text.matchAll(new RegExp(pattern, 'gu'))].map((match) => [...match])))";
  try {
    const answer: unknown = runInNewContext(code, { texts, pattern: tickets.pattern }, { timeout: patience });
    const matches = JSON.parse(String(answer)) as (string | null)[][][];
    return { found: matches.map((ofCommit) => ofCommit.flatMap((match) => ticket(match, tickets))), caveats: [] };
  } catch (error) {
    const text = isTimedOut(error) ? "The configured ticket pattern took too long on these commits." : "The configured ticket pattern could not be used.";
    return { found: [], caveats: [{ code: "tickets-not-searched", text: `${text} Tickets are not listed.` }] };
  }
}

function ticket(match: readonly (string | null)[], { url }: Tickets): Found[] {
  const [id] = match;
  if (!id) return [];
  const address = url?.replace(/\{(\d+)\}/g, (_, group: string) => encodeURIComponent(match[Number(group)] ?? "")) ?? null;
  return [{ kind: "ticket", id, url: address }];
}
