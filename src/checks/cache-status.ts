/**
 * What an answer's cache did, as a word; times are compared word by word:
 *
 * - `hit`: out of the cache, fresh. `shield-hit`: out of a cache further back, that of the nearest had nothing
 * - `stale`: out of the cache though its time is over, because the origin failed or was not to be waited for
 * - `updating`: the same, while somebody else's request fetches it anew
 * - `revalidated`: out of the cache, after the origin said that it is still good
 * - `miss`: fetched, for the cache had nothing. `expired`: fetched, for what it had was over
 * - `bypass`: fetched, for a rule or the request told the cache to stay out of it
 * - `dynamic`: fetched, for it is nothing that this cache would keep
 * - `error`: the cache answered by itself that something failed
 * - `none`: the header is not there, or says that no cache was asked
 * - `other`: the header says what is not known here
 */
export type CacheStratum =
  | "hit" | "shield-hit" | "stale" | "updating" | "revalidated" | "miss" | "expired" | "bypass" | "dynamic" | "error" | "none" | "other";

/** Whether the content came out of a cache: what `cache-hit-rate` counts. */
export function isCacheHit(stratum: CacheStratum): boolean {
  return ["hit", "shield-hit", "stale", "updating", "revalidated"].includes(stratum);
}

/*
 * The words of nginx ($upstream_cache_status), Cloudflare (cf-cache-status), Fastly, Varnish's and Squid's x-cache,
 * Squid's and Akamai's TCP_ codes (without TCP_), CloudFront (x-cache), Azure Front Door (x-cache), Google's Media
 * CDN, Vercel (x-vercel-cache), Next.js (x-nextjs-cache); in lower case, with `-` for `_`.
 */
const words: Readonly<Record<string, CacheStratum>> = {
  "hit": "hit", "hit-cluster": "hit", "hit-wait": "hit", "hit-synth": "hit", "cached": "hit", "prerender": "hit",
  "mem-hit": "hit", "ims-hit": "hit", "inm-hit": "hit", "negative-hit": "hit", "offline-hit": "hit",
  "originshieldhit": "shield-hit", "remote-hit": "shield-hit",
  "stale": "stale", "hit-stale": "stale", "hit-stale-cluster": "stale", "stale-hit": "stale", "refresh-fail-hit": "stale",
  "refresh-fail-old": "stale", "ref-fail-hit": "stale", "expired-hit": "stale", "async-hit": "updating", "updating": "updating",
  "revalidated": "revalidated", "refreshhit": "revalidated", "refresh-hit": "revalidated", "refresh-unmodified": "revalidated",
  "miss": "miss", "miss-cluster": "miss", "miss-wait": "miss", "swapfail-miss": "miss", "swapfail": "miss", "ims-miss": "miss",
  "partial-hit": "miss", "scarce": "miss",
  "expired": "expired", "refresh-miss": "expired", "refresh-modified": "expired", "expired-miss": "expired",
  "bypass": "bypass", "pass": "bypass", "hitpass": "bypass", "hit-for-pass": "bypass", "hit-for-miss": "bypass", "skip": "bypass", "disabled": "bypass",
  "client-refresh-miss": "bypass", "client-refresh": "bypass", "config-nocache": "bypass", "no-cache": "bypass",
  "dynamic": "dynamic", "uncacheable": "dynamic", "private-nostore": "dynamic", "lambdageneratedresponse": "dynamic", "functiongeneratedresponse": "dynamic",
  "error": "error", "denied": "error", "cookie-deny": "error", "limitexceeded": "error", "capacityexceeded": "error",
  "none": "none", "unknown": "none", "none/unknown": "none", "n/a": "none", "-": "none", "": "none",
};

/** Why a cache that RFC 9211 speaks of went forward (section 2.2). */
const forwards: Readonly<Record<string, CacheStratum>> = {
  "bypass": "bypass", "method": "bypass", "request": "bypass",
  "uri-miss": "miss", "vary-miss": "miss", "miss": "miss", "partial": "miss", "stale": "expired",
};

/** Headers with a grammar of their own; every other one is read as words. */
const readers: Readonly<Record<string, (value: string) => CacheStratum>> = {
  // RFC 9211. The last member is the cache nearest to the client.
  "cache-status": (value) => nearest(members(value).map(cacheStatusMember)),
  // Varnish: the id of the request, and with a hit that of the request which filled the cache.
  "x-varnish": (value) => (/^\d+ \d+$/.test(value) ? "hit" : /^\d+$/.test(value) ? "miss" : "other"),
  // Varnish and Fastly: how often what it had was given, cache by cache.
  "x-cache-hits": (value) => nearest(members(value).map((count) => (/^\d+$/.test(count) ? (Number(count) > 0 ? "hit" : "miss") : "other"))),
  // RFC 9111, section 5.1: seconds since the origin made it. A hit within the same second looks like a miss.
  "age": (value) => (/^\d+$/.test(value) ? (Number(value) > 0 ? "hit" : "miss") : "other"),
};

/**
 * The stratum of an answer.
 *
 * @param headers of the answer, names in lower case
 * @param header the one that is configured; upper or lower case
 */
export function cacheStratum(headers: Readonly<Record<string, string>>, header: string): CacheStratum {
  const name = header.toLowerCase();
  const value = Object.hasOwn(headers, name) ? headers[name]?.trim() : undefined;
  if (value === undefined) return "none";
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  return read === undefined ? nearest(members(value).map(word)) : read(value);
}

/**
 * Of several caches on the way, the farthest first (Fastly's `x-cache: MISS, HIT` with a shield, RFC 9211), the
 * nearest decides; where that went forward and one behind it had the content, it is a hit of the shield.
 * What is no cache's word (`hit, private`) is passed over.
 */
function nearest(strata: readonly CacheStratum[]): CacheStratum {
  const known = strata.filter((stratum) => stratum !== "other");
  const last = known.at(-1);
  if (last === undefined) return "other";
  return !isCacheHit(last) && known.slice(0, -1).some(isCacheHit) ? "shield-hit" : last;
}

/** `HIT`, `Hit from cloudfront`, `TCP_HIT from a23-45-67-89 (AkamaiGHost/…)`, `HIT-STALE`. */
function word(member: string): CacheStratum {
  const first = (member.split(/[\s;:(]/)[0] ?? "").toLowerCase().replaceAll("_", "-").replace(/^(?:tcp|udp)-/, "");
  return Object.hasOwn(words, first) ? (words[first] ?? "other") : "other";
}

/** `"CDN Company"; fwd=stale; fwd-status=304; ttl=30`. */
function cacheStatusMember(member: string): CacheStratum {
  const [, ...parameters] = member.replace(/"(?:[^"\\]|\\.)*"/g, "").split(";").map((parameter) => parameter.trim().toLowerCase());
  const valueOf = (key: string): string | null => parameters.find((parameter) => parameter.startsWith(`${key}=`))?.slice(key.length + 1) ?? null;
  if (parameters.includes("hit") || parameters.includes("hit=?1")) return Number(valueOf("ttl") ?? 0) < 0 ? "stale" : "hit";
  const forward = valueOf("fwd") ?? "";
  if (forward === "stale" && valueOf("fwd-status") === "304") return "revalidated";
  return Object.hasOwn(forwards, forward) ? (forwards[forward] ?? "other") : "other";
}

/** A header's list, split at the commas that stand outside of quotation marks. */
function members(value: string): string[] {
  return (value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/g) ?? [""]).map((member) => member.trim());
}
