import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factsText } from "../../src/record/assemble.ts";
import { factsDigest, isAsWritten, plotDigest, withFactsDigest } from "../../src/record/facts-digest.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { full } from "../render/ships.ts";

const record = withFactsDigest({ ...full, generator: { version: "0.1.0", templates: "0".repeat(64), regions: {}, plots: {} } });

/** The keys of all objects in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, each]) => [key, turned(each)]));
}

describe("the digest of a record", () => {
  it("is that of its canonical JSON, as sha256sum gives it", () => {
    // printf '{"generator":{"version":"1"},"trailers":{"10":"\xc3\xa9","9":[1.5,1e+21,null,true]}}' | sha256sum
    const value = { trailers: { 9: [1.5, 1e21, null, true], 10: "é" }, generator: { version: "1", facts: "left out" } };
    expect(factsDigest(value as unknown as ChangeRecord)).toBe("a46c9c526fdd5cd22bd1e1359ff447dee5f91f281ce8ccf9eb682109adf92ed1");
  });

  it("fits whatever a formatter made of the text", () => {
    expect(isAsWritten(JSON.parse(factsText(record)) as ChangeRecord)).toBe(true);
    expect(isAsWritten(turned(record) as ChangeRecord)).toBe(true);
  });

  it("fits no other value, and no other key", () => {
    const places: string[][] = [];
    const visit = (value: unknown, way: string[]): void => {
      if (typeof value !== "object" || value === null) places.push(way);
      else for (const [key, each] of Object.entries(value)) visit(each, [...way, key]);
    };
    visit(record, []);
    fc.assert(fc.property(fc.constantFrom(...places), fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })), (way, value) => {
      const changed = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
      const last = way.at(-1) ?? "";
      const holder = way.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, changed);
      fc.pre(JSON.stringify(holder[last]) !== JSON.stringify(value));
      holder[last] = value;
      expect(isAsWritten(changed as unknown as ChangeRecord)).toBe(false);
    }));
    expect(isAsWritten({ ...record, added: true } as ChangeRecord)).toBe(false);
  });

  it("is asked for of every record that a version with digests wrote", () => {
    const without = (version: string, plots?: Record<string, string>) => ({ ...record, generator: { version, templates: "0".repeat(64), regions: {}, ...(plots === undefined ? {} : { plots }) } });
    expect(["0.0.1", "0.1.0", "0.1.1", "0.2.0", "1.0.0"].map((version) => isAsWritten(without(version)))).toEqual([null, null, false, false, false]);
    expect(isAsWritten(without("0.1.0", {}))).toBe(false);
  });

  it("goes on saying that a record was edited, where it is only led elsewhere", () => {
    const edited = { ...record, title: "Another" };
    expect(isAsWritten(withFactsDigest({ ...edited, id: "2026-01-01-x" }, edited))).toBe(false);
    expect(isAsWritten(withFactsDigest({ ...record, id: "2026-01-01-x" }, record))).toBe(true);
  });

  it("of a plot is over LF", () => {
    expect(plotDigest("<svg>\r\n</svg>\r\n")).toBe(plotDigest("<svg>\n</svg>\n"));
  });
});
