import { createHash } from "node:crypto";
import { type Repository, factsGit } from "../git/repository.ts";

/**
 * Which repository this is, for results that travel between machines: words `root:HASH` (its first commits) and
 * `origin:HASH` (where it was cloned from, whatever the protocol and the user), as far as they are known.
 */
export async function repositoryIdentity(repository: Repository): Promise<string> {
  const roots = repository.head === null || repository.shallow
    ? []
    : (await factsGit(repository, ["rev-list", "--max-parents=0", repository.head])).stdout.toString().split("\n").filter(Boolean).sort();
  const origin = repository.config.get("remote.origin.url")?.at(-1);
  return [
    ...(roots.length === 0 ? [] : [`root:${hash(roots.join(" "))}`]),
    ...(origin === undefined ? [] : [`origin:${hash(addressOf(origin))}`]),
  ].join(" ");
}

/** Host and path of a remote's address: the same for ssh, https, and the short form `user@host:path`. */
function addressOf(url: string): string {
  return url
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/^[^/@]*@/, "")
    .replace(/^([^/:]+):(?:\d+\/)?/, "$1/")
    .replace(/(?:\.git)?\/*$/, "")
    .toLowerCase();
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
