import type { Forge } from "../record/schema.ts";

/** What the configuration says of the forge (`forge`). */
export interface ConfiguredForge {
  kind?: Forge["kind"] | undefined;
  url?: string | undefined;
}

/** Where git is spoken and where pages are shown, of the forges that set them apart. */
const webHosts: Record<string, string> = {
  "ssh.github.com": "github.com",
  "altssh.gitlab.com": "gitlab.com",
  "altssh.bitbucket.org": "bitbucket.org",
  "www.github.com": "github.com",
};

/**
 * Kinds by host. A name within the host tells a forge that somebody runs themselves; not so with Bitbucket,
 * whose own server has other pages than bitbucket.org.
 */
const kindsByHost: readonly (readonly [RegExp, Forge["kind"]])[] = [
  [/^bitbucket\.org$/, "bitbucket"],
  [/^codeberg\.org$/, "gitea"],
  [/(?:^|[.-])gitlab(?:[.-]|$)/, "gitlab"],
  [/(?:^|[.-])(?:gitea|forgejo)(?:[.-]|$)/, "gitea"],
  [/(?:^|[.-])(?:github|ghe)(?:[.-]|$)/, "github"],
];

/**
 * The repository's page on its forge, from a remote's URL of any form, without credentials, `.git` and the
 * port that ssh uses.
 *
 * @param remoteUrl as git has it; null where there is no remote
 * @returns null where the remote is a folder or a file and nothing is configured
 */
export function forgeOf(remoteUrl: string | null, configured: ConfiguredForge | null): Forge | null {
  const page = pageOf(configured?.url ?? remoteUrl ?? "");
  if (page === null) return null;
  const kind = configured?.kind ?? kindsByHost.find(([host]) => host.test(page.hostname))?.[1] ?? "other";
  return { url: page.href.replace(/\/$/, ""), kind };
}

function pageOf(remote: string): URL | null {
  const url = parse(remote.trim());
  if (url === null || url.hostname === "") return null;
  const path = url.pathname.replace(/\/+$/, "").replace(/\.git$/, "").replace(/^\/+/, "");
  if (path === "") return null;
  const web = /^https?:$/.test(url.protocol);
  const host = webHosts[url.hostname.toLowerCase()] ?? url.hostname.toLowerCase();
  // Only the pages' own protocol says at which port pages are; ssh's and git's ports are others.
  const port = web && url.port !== "" ? `:${url.port}` : "";
  return URL.canParse(`https://${host}${port}/${path}`)
    ? new URL(`${url.protocol === "http:" ? "http" : "https"}://${host}${port}/${path}`)
    : null;
}

function parse(remote: string): URL | null {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(remote)) {
    if (!/^(?:https?|ssh|git|git\+ssh|ssh\+git|git\+https?):/i.test(remote)) return null;
    // URL knows hosts only of the protocols that browsers have; the others are read as one of those.
    const secure = remote.replace(/^git\+http/i, "http").replace(/^(?!https?:)[a-z+]+:/i, "ssh:");
    return URL.canParse(secure) ? new URL(secure) : null;
  }
  // `user@host:path`; a single letter before the colon is a drive of Windows, a slash before it makes it a folder.
  const scp = /^(?:[^@/]*@)?(?<host>\[[0-9a-f:.]+\]|[^/:@[\]]{2,}):(?<path>[^:\\].*)$/si.exec(remote)?.groups;
  if (scp === undefined || scp["path"] === undefined) return null;
  const address = `ssh://${scp["host"] ?? ""}/${scp["path"].replace(/^\/+/, "")}`;
  return URL.canParse(address) ? new URL(address) : null;
}
