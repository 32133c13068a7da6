import { describe, expect, it } from "vitest";
import { shippedAt, type ShippedAtSources } from "../../src/gather/shipped-at.ts";
import type { Command } from "../../src/record/schema.ts";

const sources: ShippedAtSources = {
  flag: null, direction: "forward", hasRange: true, commands: [], ci: null, push: null,
  now: "2026-11-24T12:00:00Z", committedAt: "2026-11-24T08:00:00Z", wentLiveAfter: null, standing: null,
};

const deploy: Command = {
  id: "1", name: null, kind: "deploy", kindSource: "flag", source: "captured", command: "make deploy", directory: ".", head: null,
  startedAt: "2026-11-24T09:11:30.000Z", durationMs: 74_000, state: "ended", exitCode: 0, signal: null, output: null, redactions: [],
};

describe("when a ship reached its users", () => {
  it.each<[string, Partial<ShippedAtSources>, string, string]>([
    ["the commit's date, where nothing better is known", {}, "2026-11-24T08:00:00Z", "commit"],
    ["the push", { push: "2026-11-24T08:30:00Z" }, "2026-11-24T08:30:00Z", "push"],
    ["CI's time before the push", { ci: "2026-11-24T08:40:00Z", push: "2026-11-24T08:30:00Z" }, "2026-11-24T08:40:00Z", "ci"],
    ["the deploy's end before CI's time", { ci: "2026-11-24T08:40:00Z", commands: [deploy] }, "2026-11-24T09:12:44Z", "deploy"],
    ["the last deploy that succeeded", { commands: [deploy, { ...deploy, id: "2", startedAt: "2026-11-24T10:00:00Z", exitCode: 2 }] }, "2026-11-24T09:12:44Z", "deploy"],
    ["no deploy that was only said", { commands: [{ ...deploy, source: "stated" }] }, "2026-11-24T08:00:00Z", "commit"],
    ["the present time, where the commit is older than the ship before it", { wentLiveAfter: "2026-11-24T08:00:01Z" }, "2026-11-24T12:00:00Z", "now"],
    ["the commit's date, where that is the very second of the ship before it", { wentLiveAfter: "2026-11-24T08:00:00Z" }, "2026-11-24T08:00:00Z", "commit"],
    ["the present time, where CI began before the ship before it ended", { ci: "2026-11-24T08:40:00Z", wentLiveAfter: "2026-11-24T08:41:00Z" }, "2026-11-24T12:00:00Z", "now"],
    ["the deploy's end, whatever was before", { commands: [deploy], wentLiveAfter: "2026-11-24T10:00:00Z" }, "2026-11-24T09:12:44Z", "deploy"],
    ["the flag before all", { flag: "2026-11-24T07:00:00Z", commands: [deploy] }, "2026-11-24T07:00:00Z", "flag"],
    ["the present time, for a rollback", { direction: "rollback" }, "2026-11-24T12:00:00Z", "now"],
    ["the present time, for a promotion", { direction: "promotion" }, "2026-11-24T12:00:00Z", "now"],
    ["the present time, without commits", { hasRange: false }, "2026-11-24T12:00:00Z", "now"],
    ["a rollback command, in a rollback", { direction: "rollback", commands: [{ ...deploy, kind: "rollback" }] }, "2026-11-24T09:12:44Z", "deploy"],
    ["no rollback command otherwise", { commands: [{ ...deploy, kind: "rollback" }] }, "2026-11-24T08:00:00Z", "commit"],
    ["what stands, when brought up to date", { standing: { shippedAt: "2026-11-24T11:00:00Z", shippedAtSource: "now" }, direction: "rollback" }, "2026-11-24T11:00:00Z", "now"],
    ["a deploy, when brought up to date", { standing: { shippedAt: "2026-11-24T08:00:00Z", shippedAtSource: "commit" }, commands: [deploy] }, "2026-11-24T09:12:44Z", "deploy"],
    ["a flag that stands, whatever is captured later", { standing: { shippedAt: "2026-11-24T07:00:00Z", shippedAtSource: "flag" }, commands: [deploy] }, "2026-11-24T07:00:00Z", "flag"],
  ])("is %s", (_case, over, at, source) => {
    expect(shippedAt({ ...sources, ...over })).toEqual({ shippedAt: at, shippedAtSource: source });
  });

  it.each(["flag", "commit"] as const)("is no more of what stands than the moment (%s)", (shippedAtSource) => {
    const standing = { shippedAt: "2026-11-24T07:00:00Z", shippedAtSource, files: [] };
    expect(shippedAt({ ...sources, standing })).toEqual({ shippedAt: "2026-11-24T07:00:00Z", shippedAtSource });
  });
});
