import type { Forge, Reference } from "./schema.ts";

/** How a forge's pages are named below a repository's address. Every argument is percent-encoded already. */
interface Pages {
  commit: (sha: string) => string;
  compare: (older: string, newer: string) => string;
  file: (sha: string, path: string) => string;
  pullRequest: (number: string) => string;
  issue: (number: string) => string;
}

const pages: Record<Exclude<Forge["kind"], "other">, Pages> = {
  github: {
    commit: (sha) => `commit/${sha}`,
    compare: (older, newer) => `compare/${older}...${newer}`,
    file: (sha, path) => `blob/${sha}/${path}`,
    pullRequest: (number) => `pull/${number}`,
    issue: (number) => `issues/${number}`,
  },
  gitlab: {
    commit: (sha) => `-/commit/${sha}`,
    compare: (older, newer) => `-/compare/${older}...${newer}`,
    file: (sha, path) => `-/blob/${sha}/${path}`,
    pullRequest: (number) => `-/merge_requests/${number}`,
    issue: (number) => `-/issues/${number}`,
  },
  gitea: {
    commit: (sha) => `commit/${sha}`,
    compare: (older, newer) => `compare/${older}...${newer}`,
    file: (sha, path) => `src/commit/${sha}/${path}`,
    pullRequest: (number) => `pulls/${number}`,
    issue: (number) => `issues/${number}`,
  },
  bitbucket: {
    commit: (sha) => `commits/${sha}`,
    // Bitbucket names the newer side first, and sets them apart by a carriage return.
    compare: (older, newer) => `branches/compare/${newer}%0D${older}`,
    file: (sha, path) => `src/${sha}/${path}`,
    pullRequest: (number) => `pull-requests/${number}`,
    issue: (number) => `issues/${number}`,
  },
};

/** The page of a commit; null where the forge's kind is not known. */
export function commitUrl(forge: Forge | null, sha: string): string | null {
  return pageUrl(forge, (page) => page.commit(encodePart(sha)));
}

/**
 * The page of a range.
 *
 * @param older the ancestor, whichever way the ship went: forges show nothing the other way round
 */
export function compareUrl(forge: Forge | null, older: string | null, newer: string): string | null {
  return older === null ? null : pageUrl(forge, (page) => page.compare(encodePart(older), encodePart(newer)));
}

/** The page of a file as it is at a commit. */
export function fileUrl(forge: Forge | null, sha: string, path: string): string | null {
  return pageUrl(forge, (page) => page.file(encodePart(sha), path.split("/").map(encodePart).join("/")));
}

/**
 * The page of a pull request or an issue: `#12`, `!45`, `GH-12`, or of another project of the same forge
 * (`group/project#12`). null for tickets, whose address is configured, and for ids of another form.
 */
export function referenceUrl(forge: Forge | null, reference: Pick<Reference, "kind" | "id">): string | null {
  const found = /^(?<project>\w[\w.-]*(?:\/\w[\w.-]*)+)?(?:[#!]|GH-)(?<number>\d+)$/i.exec(reference.id)?.groups;
  const number = found?.["number"];
  if (forge === null || number === undefined || reference.kind === "ticket") return null;
  const project = found?.["project"];
  const home = project === undefined ? forge : { ...forge, url: `${new URL(forge.url).origin}/${project}` };
  return pageUrl(home, (page) => reference.kind === "issue" ? page.issue(number) : page.pullRequest(number));
}

function pageUrl(forge: Forge | null, pageOf: (page: Pages) => string): string | null {
  return forge === null || forge.kind === "other" ? null : `${forge.url}/${pageOf(pages[forge.kind])}`;
}

/** Percent-encodes all that is not plain in a URL, and what markdown or HTML would give a meaning to. */
function encodePart(part: string): string {
  return encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\uFFFD")).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
