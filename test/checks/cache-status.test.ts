import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CacheStratum, cacheStratum, isCacheHit } from "../../src/checks/cache-status.ts";

/* Header, value as its maker documents it, stratum. */
const rows: [string, string, CacheStratum][] = [
  // nginx, $upstream_cache_status: MISS, BYPASS, EXPIRED, STALE, UPDATING, REVALIDATED or HIT; `-` where no cache was asked.
  ["X-Cache-Status", "HIT", "hit"],
  ["X-Cache-Status", "MISS", "miss"],
  ["X-Cache-Status", "BYPASS", "bypass"],
  ["X-Cache-Status", "EXPIRED", "expired"],
  ["X-Cache-Status", "STALE", "stale"],
  ["X-Cache-Status", "UPDATING", "updating"],
  ["X-Cache-Status", "REVALIDATED", "revalidated"],
  ["X-Cache-Status", "-", "none"],
  ["X-Cache-Status", "", "none"],
  // Cloudflare.
  ["CF-Cache-Status", "HIT", "hit"],
  ["CF-Cache-Status", "DYNAMIC", "dynamic"],
  ["CF-Cache-Status", "NONE/UNKNOWN", "none"],
  ["CF-Cache-Status", "UNKNOWN", "none"],
  ["cf-cache-status", "REVALIDATED", "revalidated"],
  // Varnish.
  ["X-Varnish", "32770 3", "hit"],
  ["X-Varnish", "32770", "miss"],
  ["X-Varnish", "x", "other"],
  ["X-Cache-Hits", "0", "miss"],
  ["X-Cache-Hits", "17", "hit"],
  // Fastly: the shield first, the edge last.
  ["X-Cache", "MISS, HIT", "hit"],
  ["X-Cache", "HIT, MISS", "shield-hit"],
  ["X-Cache", "MISS, MISS", "miss"],
  ["X-Cache", "HIT, HIT", "hit"],
  ["X-Cache", "HIT-STALE", "stale"],
  ["X-Cache", "PASS", "bypass"],
  ["X-Cache-Hits", "1, 0", "shield-hit"],
  ["X-Cache-Hits", "0, 3", "hit"],
  // CloudFront.
  ["X-Cache", "Hit from cloudfront", "hit"],
  ["X-Cache", "Miss from cloudfront", "miss"],
  ["X-Cache", "RefreshHit from cloudfront", "revalidated"],
  ["X-Cache", "OriginShieldHit from cloudfront", "shield-hit"],
  ["X-Cache", "Error from cloudfront", "error"],
  ["X-Cache", "LambdaGeneratedResponse from cloudfront", "dynamic"],
  // Squid and Akamai.
  ["X-Cache", "HIT from proxy.example.org", "hit"],
  ["X-Cache", "TCP_HIT from a23-45-67-89.deploy.akamaitechnologies.com (AkamaiGHost/10.1.0-12345678) (-)", "hit"],
  ["X-Cache", "TCP_MEM_HIT from a1", "hit"],
  ["X-Cache", "TCP_MISS from a1", "miss"],
  ["X-Cache", "TCP_REFRESH_HIT from a1", "revalidated"],
  ["X-Cache", "TCP_REFRESH_MISS from a1", "expired"],
  ["X-Cache", "TCP_REFRESH_FAIL_HIT from a1", "stale"],
  ["X-Cache", "TCP_CLIENT_REFRESH_MISS from a1", "bypass"],
  ["X-Cache", "TCP_REFRESH_UNMODIFIED", "revalidated"],
  ["X-Cache", "TCP_DENIED", "error"],
  // Azure Front Door.
  ["X-Cache", "TCP_REMOTE_HIT", "shield-hit"],
  ["X-Cache", "PRIVATE_NOSTORE", "dynamic"],
  ["X-Cache", "CONFIG_NOCACHE", "bypass"],
  ["X-Cache", "N/A", "none"],
  // Vercel, Next.js, LiteSpeed.
  ["X-Vercel-Cache", "PRERENDER", "hit"],
  ["X-Vercel-Cache", "STALE", "stale"],
  ["X-Nextjs-Cache", "MISS", "miss"],
  ["X-LiteSpeed-Cache", "hit,private", "hit"],
  // RFC 9211, section 2 and its examples (section 4).
  ["Cache-Status", "ExampleCache; hit", "hit"],
  ["Cache-Status", "ExampleCache; fwd=uri-miss", "miss"],
  ["Cache-Status", "ExampleCache; fwd=uri-miss; stored", "miss"],
  ["Cache-Status", "ExampleCache; hit; ttl=-412", "stale"],
  ["Cache-Status", "ExampleCache; fwd=stale; fwd-status=304", "revalidated"],
  ["Cache-Status", "ExampleCache; fwd=stale; fwd-status=200", "expired"],
  ["Cache-Status", "ExampleCache; fwd=vary-miss; detail=mobile", "miss"],
  ["Cache-Status", "ExampleCache; fwd=bypass", "bypass"],
  ["Cache-Status", "ExampleCache; fwd=method", "bypass"],
  ["Cache-Status", "ReverseProxyCache; hit", "hit"],
  ["Cache-Status", "ReverseProxyCache; fwd=uri-miss; collapsed, ForwardProxyCache; hit; ttl=1100", "hit"],
  ["Cache-Status", "OriginCache; hit; ttl=1100, \"CDN, Company; hit\"; fwd=uri-miss", "shield-hit"],
  ["Cache-Status", "OriginCache; fwd=miss, \"CDN \\\"hit, Company\"; hit; ttl=545", "hit"],
  ["Cache-Status", "ExampleCache", "other"],
  // RFC 9111.
  ["Age", "0", "miss"],
  ["Age", "3600", "hit"],
  ["Age", "soon", "other"],
  // Not known.
  ["X-Layer", "redis", "other"],
  ["X-Layer", "constructor", "other"],
];

describe("cacheStratum", () => {
  it.each(rows)("%s: %s is %s", (header, value, stratum) => {
    expect(cacheStratum({ [header.toLowerCase()]: value }, header)).toBe(stratum);
    expect(cacheStratum({ [header.toLowerCase()]: ` ${value} ` }, header.toUpperCase())).toBe(stratum);
  });

  it("is none where the header is missing", () => {
    expect(cacheStratum({ "x-cache": "HIT" }, "X-Other")).toBe("none");
    expect(cacheStratum({}, "constructor")).toBe("none");
  });

  it("is one of its words, whatever a server says, and said soon", () => {
    const known = new Set<string>(["hit", "shield-hit", "stale", "updating", "revalidated", "miss", "expired", "bypass", "dynamic", "error", "none", "other"]);
    fc.assert(fc.property(fc.constantFrom("x-cache", "cache-status", "x-varnish", "x-cache-hits", "age"), fc.string({ unit: fc.constantFrom("H", "I", "T", "\"", "\\", ",", ";", " ", "=", "1", "-") }), (header, value) => {
      expect(known).toContain(cacheStratum({ [header]: value }, header));
    }), { numRuns: 500 });
    for (const piece of ['"', '\\"', '"\\', ',', ';', "a\"", "1 "]) expect(known).toContain(cacheStratum({ "cache-status": piece.repeat(8000) }, "cache-status"));
  });
});

describe("isCacheHit", () => {
  it("is what came out of a cache", () => {
    expect(rows.map(([, , stratum]) => stratum).filter((stratum, index, all) => isCacheHit(stratum) && all.indexOf(stratum) === index).sort()).toEqual(["hit", "revalidated", "shield-hit", "stale", "updating"]);
  });
});
