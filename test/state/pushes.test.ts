import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { forgetInstalled, readInstalled, rememberInstalled } from "../../src/state/installed-hooks.ts";
import { announce, exchange, isWaiting, overlookPushes, postpone, type PostponedShip, readAnnounced, readPostponed, settle } from "../../src/state/pushes.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

/** An empty `<git directory>/shipnote`. */
function state(): string {
  const folder = mkdtempSync(join(tmpdir(), "shipnote-pushes-"));
  made.push(folder);
  return join(folder, "shipnote");
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function ship(to: string, more: Partial<PostponedShip> = {}): PostponedShip {
  return { environment: "production", component: null, from: null, to, at: "2026-11-24T09:00:00Z", ...more };
}

describe("ships that are postponed", () => {
  it("are kept once each, and go once they are settled", async () => {
    const folder = state();
    const [first, other] = [ship("b"), ship("b", { component: "api" })];
    await postpone(folder, [first, other]);
    await postpone(folder, [{ ...first, at: "2026-11-24T10:00:00Z" }]);
    expect(readPostponed(folder)).toEqual([other, { ...first, at: "2026-11-24T10:00:00Z" }]);
    expect(isWaiting(folder, first)).toBe(true);
    await settle(folder, other);
    await settle(folder, other);
    expect(readPostponed(folder)).toHaveLength(1);
    expect(isWaiting(folder, other)).toBe(false);
  });

  it("give way to the ship that they are part of, unless one of them is gone", async () => {
    const folder = state();
    const [first, second, whole, other] = [ship("a"), ship("b", { from: "a" }), ship("b"), ship("c", { environment: "staging" })];
    await postpone(folder, [first, other, second]);
    expect(await exchange(folder, [first, second], whole)).toBe(true);
    expect(readPostponed(folder)).toEqual([other, whole]);
    expect(await exchange(folder, [first, second], whole)).toBe(false);
    expect(await exchange(folder, [whole], whole)).toBe(true);
    expect(readPostponed(folder)).toEqual([other, whole]);
  });

  it("are all kept where many are postponed at once", async () => {
    const folder = state();
    const ships = Array.from({ length: 12 }, (_, at) => ship("a", { component: `part-${at}` }));
    await Promise.all(ships.map(async (one) => postpone(folder, [one])));
    expect(readPostponed(folder).map(({ component }) => component).sort()).toEqual(ships.map(({ component }) => component).sort());
  });

  it.each(["", "{", "null", "{}", "[1, null]", '[{ "environment": "production" }]', '[{ "environment": "production", "component": 1, "from": null, "to": "a", "at": "" }]'])("are none in %j", (text) => {
    const folder = state();
    put(join(folder, "pushes", "postponed.json"), text);
    expect(readPostponed(folder)).toEqual([]);
  });
});

describe("ships on their way", () => {
  it("are known by where and what they are, until they are over", async () => {
    const folder = state();
    const main = { ref: "refs/remotes/origin/main", from: null, to: "a", at: "2026-11-24T09:00:00Z" };
    const release = { ...main, ref: "refs/remotes/origin/release/1", from: "0" };
    await announce(folder, [main, release], []);
    await announce(folder, [{ ...main, at: "2026-11-24T10:00:00Z" }], [release]);
    expect(readAnnounced(folder)).toEqual([{ ...main, at: "2026-11-24T10:00:00Z" }]);
    put(join(folder, "pushes", "arriving.json"), '[{ "ref": "refs/remotes/origin/main", "from": 1, "to": "a", "at": "" }, 1, null]');
    expect(readAnnounced(folder)).toEqual([]);
    expect(readPostponed(folder)).toEqual([]);
  });
});

describe("pushes that are overlooked", () => {
  it("are those whose log ends with one, each in a file that is no folder of another", () => {
    const folder = state();
    const logs = join(dirname(folder), "logs", "refs", "remotes", "origin");
    put(join(logs, "main"), "0 1 A <a> 1 +0000\tfetch\n1 2 A <a> 2 +0000\tupdate by push\n");
    put(join(logs, "release", "1"), "1 2 A <a> 2 +0000\tupdate by push\n");
    put(join(logs, "fetched"), "1 2 A <a> 2 +0000\tupdate by push\n2 3 A <a> 3 +0000\tfetch: fast-forward\n");
    overlookPushes(folder);
    const seen = (name: string): string => readFileSync(join(folder, "pushes", "refs", "remotes", "origin", `${name}~`), "utf8");
    expect(seen("main")).toBe("1 2 A <a> 2 +0000\tupdate by push\n");
    expect(seen("release/1")).toBe("1 2 A <a> 2 +0000\tupdate by push\n");
    expect(() => seen("fetched")).toThrow("ENOENT");
  });

  it("are none where nothing was ever pushed or fetched", () => {
    const folder = state();
    overlookPushes(folder);
    expect(readPostponed(folder)).toEqual([]);
  });
});

describe("hooks that were installed", () => {
  it("are known by their folder, until they are forgotten", () => {
    const folder = state();
    expect(readInstalled(folder)).toEqual([]);
    rememberInstalled(folder, { directory: "/a", hooks: ["pre-push"], made: true });
    rememberInstalled(folder, { directory: "/b", hooks: [], made: false });
    rememberInstalled(folder, { directory: "/a", hooks: ["post-merge"], made: false });
    expect(readInstalled(folder)).toEqual([{ directory: "/b", hooks: [], made: false }, { directory: "/a", hooks: ["post-merge"], made: false }]);
    forgetInstalled(folder);
    forgetInstalled(folder);
    expect(readInstalled(folder)).toEqual([]);
    put(join(folder, "hooks.json"), '[{ "directory": "/a", "hooks": [1], "made": true }]');
    expect(readInstalled(folder)).toEqual([]);
  });
});
