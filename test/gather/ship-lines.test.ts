import { describe, expect, it } from "vitest";
import { environmentsOf, matchingComponents, mayShip, remoteOf, shipRemote, trackedBy, trackingRef } from "../../src/gather/ship-lines.ts";
import { defaultConfig } from "../../src/config.ts";

describe("trackedBy", () => {
  const config = new Map<string, string[]>([
    ["remote.origin.url", ["https://example.org/a"]],
    ["remote.origin.fetch", ["+refs/heads/*:refs/remotes/origin/*", "+refs/pull/*/head:refs/remotes/pull/*"]],
    ["remote.hub/eu.fetch", ["refs/heads/*:refs/remotes/hub/eu/*"]],
    ["remote.one.fetch", ["+refs/heads/main:refs/remotes/single"]],
    ["remote.bare.url", ["https://example.org/b"]],
  ]);

  it.each([
    ["refs/remotes/origin/main", { remote: "origin", branch: "main" }],
    ["refs/remotes/origin/release/1", { remote: "origin", branch: "release/1" }],
    ["refs/remotes/hub/eu/main", { remote: "hub/eu", branch: "main" }],
    ["refs/remotes/single", { remote: "one", branch: "main" }],
    ["refs/remotes/pull/12", null],
    ["refs/remotes/bare/main", null],
    ["refs/heads/main", null],
  ])("%s", (ref, tracked) => {
    expect(trackedBy(ref, { config })).toEqual(tracked);
  });
});

describe("the remote that ships", () => {
  const origin = ["remote.origin.url", "https://example.org/a.git"] as const;
  const fork = ["remote.fork.url", "git@example.org:b.git"] as const;
  const hub = ["remote.hub/eu.pushurl", "/srv/a.git/"] as const;

  it.each([
    ["main", [], null],
    ["main", [origin, fork], "origin"],
    ["main", [fork], "fork"],
    ["main", [fork, hub], null],
    ["main", [origin, fork, ["branch.main.remote", "fork"]], "fork"],
    ["release/1", [origin, fork, ["branch.main.remote", "fork"]], "fork"],
    ["release/1", [origin, fork, ["branch.main.remote", "fork"], ["branch.release/1.remote", "origin"]], "origin"],
    [null, [origin, fork, ["branch.master.remote", "fork"]], "fork"],
    // A branch that follows another one here, or a remote that is no more.
    ["main", [origin, fork, ["branch.main.remote", "."]], "origin"],
    ["main", [origin, fork, ["branch.main.remote", "gone"]], "origin"],
  ] as const)("of %s, of %j: %s", (branch, settings, remote) => {
    const config = new Map(settings.map(([key, value]): [string, string[]] => [key, [value]]));
    expect(shipRemote(branch, { config })).toBe(remote);
    expect([mayShip({ remote: "fork", branch }, { config }), mayShip({ remote: "origin", branch }, { config })]).toEqual([remote === null || remote === "fork", remote === null || remote === "origin"]);
  });

  it.each([
    ["origin", "origin"], ["https://example.org/a", "origin"], ["https://example.org/a.git/", "origin"], ["git@example.org:b.git", "fork"], ["/srv/a", "hub/eu"],
    ["https://example.org/c.git", null],
  ])("is what git was told to push to: %s", (told, remote) => {
    expect(remoteOf(told, { config: new Map([origin, fork, hub].map(([key, value]): [string, string[]] => [key, [value]])) })).toBe(remote);
  });
});

it.each([
  [["+refs/heads/*:refs/remotes/origin/*"], "release/1", "refs/remotes/origin/release/1"],
  [["+refs/tags/*:refs/tags/*", "refs/heads/main:refs/remotes/single"], "main", "refs/remotes/single"],
  [["refs/heads/main:refs/remotes/single"], "other", null],
  [["refs/heads/main"], "main", null],
])("a branch fetched by %j: %s is tracked by %s", (refspecs, branch, ref) => {
  expect(trackingRef("origin", branch, { config: new Map([["remote.origin.fetch", refspecs]]) })).toBe(ref);
});

describe("environmentsOf", () => {
  const environments = { staging: { branches: ["main"], tags: [] }, production: { branches: ["release/*", "{hot,cold}fix/**"], tags: ["v*"] }, both: { branches: ["main"], tags: ["v1.*"] } };

  it.each([
    [{ branch: "main" }, ["staging", "both"]],
    [{ branch: "release/1" }, ["production"]],
    [{ branch: "release/1/a" }, []],
    [{ branch: "hotfix/1/a" }, ["production"]],
    [{ branch: "mainline" }, []],
    [{ tag: "v1.2" }, ["production", "both"]],
    [{ tag: "main" }, []],
  ])("%j by environments", (landed, names) => {
    expect(environmentsOf(landed, { ...defaultConfig, environments }, null)).toEqual(names);
  });

  it.each([
    [{ branch: "main" }, null, null, ["production"]],
    [{ branch: "master" }, null, null, ["production"]],
    [{ branch: "trunk" }, null, null, []],
    [{ branch: "trunk" }, null, "trunk", ["production"]],
    [{ branch: "main" }, null, "trunk", []],
    [{ branch: "live" }, ["live"], "trunk", ["production"]],
    [{ tag: "main" }, null, null, []],
  ])("%j by branches %j, the default being %j", (landed, branches, defaultBranch, names) => {
    expect(environmentsOf(landed, { ...defaultConfig, branches }, defaultBranch)).toEqual(names);
  });
});

it("a tag of a component's own is told from others", () => {
  const component = { paths: ["api/**"], owner: null, checks: null, tags: "api-v*" };
  const components = { api: component, web: { ...component, tags: null } };
  expect(matchingComponents({ tag: "api-v1" }, { components })).toEqual(["api"]);
  expect(matchingComponents({ tag: "v1" }, { components })).toEqual([]);
  expect(matchingComponents({ branch: "api-v1" }, { components })).toEqual([]);
});
