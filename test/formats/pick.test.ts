import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.ts";
import { type MetricSpec, atPointer, pickMetrics } from "../../src/formats/pick.ts";

function pick(text: string, spec: MetricSpec): unknown {
  const [found] = pickMetrics(text, { m: spec }, "the output");
  return found?.rate ?? found?.samples;
}

describe("atPointer", () => {
  // The examples of RFC 6901, section 5.
  const document = { foo: ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, 'k"l': 6, " ": 7, "m~n": 8 };
  it.each([
    ["", document], ["/foo", ["bar", "baz"]], ["/foo/0", "bar"], ["/", 0], ["/a~1b", 1], ["/c%d", 2], ["/e^f", 3],
    ["/g|h", 4], ["/i\\j", 5], ['/k"l', 6], ["/ ", 7], ["/m~0n", 8],
    ["/foo/01", undefined], ["/foo/-", undefined], ["/foo/2", undefined], ["foo", undefined], ["/toString", undefined], ["/foo/length", undefined],
  ])("%j", (pointer, expected) => {
    expect(atPointer(document, pointer)).toEqual(expected);
  });
});

describe("pickMetrics", () => {
  it.each<[string, string, MetricSpec, unknown]>([
    ["a number", '{"db":{"queries":11}}', { json: "/db/queries" }, [11]],
    ["a number in quotes", '{"db":"11.5"}', { json: "/db" }, [11.5]],
    ["a list", '{"ms":[1,2,3]}', { json: "/ms" }, [1, 2, 3]],
    ["the last line behind chatter", 'starting\n{"n":4}\n', { json: "/n" }, [4]],
    ["a rate", '{"e":3,"all":60}', { json: "/e", of: "/all" }, { events: 3, count: 60 }],
    ["every match", "rows=3\nx\nrows=4.5", { pattern: "rows=([0-9.]+)" }, [3, 4.5]],
    ["a pattern without a group", "took 12 ms", { pattern: "\\d+" }, [12]],
    ["a rate by patterns", "bad 1 of 20", { pattern: "bad (\\d+)", of: "of (\\d+)" }, { events: 1, count: 20 }],
    ["nothing", "no rows", { pattern: "rows=(\\d+)" }, undefined],
    ["nothing at a pointer", "{}", { json: "/a" }, undefined],
    ["null", '{"a":null}', { json: "/a" }, undefined],
  ])("reads %s", (_, text, spec, expected) => {
    expect(pick(text, spec)).toEqual(expected);
  });

  it.each<[string, string, MetricSpec, RegExp]>([
    ["no number", '{"a":"fast"}', { json: "/a" }, /no number: "fast"/],
    ["no finite number", "x=1e999", { pattern: "x=(\\S+)" }, /no number/],
    ["an object", '{"a":{}}', { json: "/a" }, /no number: \{\}/],
    ["more events than there are", '{"e":3,"all":2}', { json: "/e", of: "/all" }, /no rate: 3 of 2/],
    ["half an event", '{"e":0.5,"all":2}', { json: "/e", of: "/all" }, /no rate/],
    ["text where JSON is asked for", "hello", { json: "/a" }, /not JSON\./],
    ["text where JSON should go on", `{"a":1,\n"b" 2,"c":"${"x".repeat(80)}"}`, { json: "/a" }, /not JSON: line 2 is wrong/],
    ["JSON that breaks off", '{"a":1,\n"b":', { json: "/a" }, /ends too early, in line 2/],
    ["nothing where JSON is asked for", " \n", { json: "/a" }, /empty/],
    ["a pattern that is none", "x", { pattern: "(" }, /no regular expression/],
  ])("refuses %s", (_, text, spec, message) => {
    expect(() => pick(text, spec)).toThrow(message);
    expect(() => pick(text, spec)).toThrow(Failure);
  });

  it("stops a pattern that never ends", () => {
    const begun = performance.now();
    expect(() => pick(`${"a".repeat(60)}b`, { pattern: "^(a+)+$" })).toThrow(/did not end within 2 s/);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
