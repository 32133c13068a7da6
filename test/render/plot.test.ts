import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import type { Comparison, Measurement, Metric } from "../../src/record/schema.ts";
import { median } from "../../src/record/yielded.ts";
import { plotName, plotNames } from "../../src/render/plot-name.ts";
import { plotAlt } from "../../src/render/plot-words.ts";
import { plotMetric } from "../../src/render/plot.ts";
import { hostileStrings, unseen } from "../hostile/strings.ts";
import { measured, metric } from "./ships.ts";

function side(samples: number[], perRound = 1): Measurement {
  return measured({ samples, rounds: samples.map((_, place) => Math.floor(place / perRound) + 1), value: median(samples), count: samples.length });
}

function compared(verdict: Comparison["verdict"], shift: number | null = null, interval: [number, number] | null = null): Comparison {
  return { verdict, change: null, shift, interval, pValue: null, pAdjusted: null, method: "rank-sum", notes: [] };
}

const wave = (count: number, middle: number, height: number): number[] => Array.from({ length: count }, (_, place) => middle + height * Math.sin(place * 2.4));
const page = (more: Partial<Metric>): Metric => metric("article-page", "response-time", { stratum: "miss", ...more });
const faster = page({ before: side(wave(26, 412, 20), 3), after: side(wave(27, 95, 8), 3), comparison: compared("improved", -316, [-325, -304]) });

interface Element { tag: string; attributes: Record<string, string>; text: string }

/** Every element of a picture, in order, with the text that stands in it. */
function elements(svg: string): Element[] {
  expect(XMLValidator.validate(svg)).toBe(true);
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: "", parseTagValue: false, htmlEntities: true, trimValues: false });
  const walk = (nodes: unknown): Element[] => (nodes as Record<string, unknown>[]).flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ":@" && key !== "#text");
    if (tag === undefined) return [];
    const inner = node[tag] as Record<string, unknown>[];
    return [{ tag, attributes: (node[":@"] ?? {}) as Record<string, string>, text: inner.map((each) => each["#text"] ?? "").join("") }, ...walk(inner)];
  });
  return walk(parser.parse(svg));
}

const textsOf = (svg: string): string[] => elements(svg).filter(({ tag }) => tag === "text").map(({ text }) => text);
/** The places of all dots of one side, in order: a dot is a line of no length, or a ring. */
const dotsOf = (svg: string, which: "before" | "after"): number[][] => elements(svg)
  .filter(({ attributes }) => attributes["class"] === `s-${which}`)
  .flatMap(({ attributes }) => [...(attributes["d"] ?? "").matchAll(/M([\d.-]+) ([\d.-]+)(?:h0|a([\d.]+))/g)].map(([, x, y, radius]) => [Number(x) + Number(radius ?? 0), Number(y)]))
  .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));

describe("a plot's file", () => {
  it.each<[Partial<Metric>, string | null]>([
    [{}, "article-page-response-time-miss.svg"],
    [{ stratum: null }, "article-page-response-time.svg"],
    [{ source: "compare" }, "article-page-response-time-miss-compare.svg"],
    [{ check: "../../etc/pass wd", stratum: "Größe/\u0000" }, "etc-pass-wd-response-time-gro-e.svg"],
    [{ check: "漢字", metric: "@", stratum: null }, "metric.svg"],
    [{ before: null, after: measured({ value: 3 }) }, null],
    [{ before: measured({ samples: [1], rounds: [1], value: 1 }), after: null }, null],
    [{ before: null }, "article-page-response-time-miss.svg"],
    [{ before: side([7, 7]), after: side([7, 7, 7]) }, null],
    [{ before: side([7, 7]), after: side([7]) }, null],
    [{ after: measured({}) }, null],
    [{ before: measured({ value: 3 }) }, null],
    [{ before: side([7, 7]), after: side([8, 8]) }, "article-page-response-time-miss.svg"],
    [{ before: null, after: side([7, 7]) }, "article-page-response-time-miss.svg"],
  ])("of %j is %s", (more, name) => {
    expect(plotName({ ...faster, ...more })).toBe(name);
  });

  it("has a name of its own and at most 80 bytes, whatever strangers call their checks", () => {
    const long = hostileStrings(300, 5).map((check) => ({ ...faster, check: `${check}${"very long ".repeat(20)}` }));
    const names = plotNames([faster, { ...faster, check: "article page" }, ...long, { ...faster, before: null, after: null }]);
    expect(names.slice(0, 2)).toEqual(["article-page-response-time-miss.svg", "article-page-response-time-miss-2.svg"]);
    expect(names.at(-1)).toBeNull();
    const given = names.flatMap((name) => name ?? []);
    expect(new Set(given).size).toBe(names.length - 1);
    for (const name of given) expect(name).toMatch(/^[a-z0-9-]{1,76}\.svg$/);
  });
});

describe("a plot", () => {
  it("says in its title what a table's row says, and in its description what is drawn", () => {
    const [svg, title, description] = elements(plotMetric(faster));
    expect(svg).toMatchObject({ tag: "svg", attributes: { role: "img", "aria-labelledby": "title desc" } });
    expect(title?.text).toBe("Response time of article-page on cache misses: 412 ms before, 95 ms after, improved");
    expect(title?.text).toBe(plotAlt(faster));
    expect(description?.text).toBe("Before: 26 samples in 9 rounds, in the order taken, from 392 ms to 432 ms, median 412 ms. " +
      "After: 27 samples in 9 rounds, in the order taken, from 87 ms to 103 ms, median 95 ms. The shift: −316 ms, 95 % interval −325 to −304 ms.");
  });

  it("shows every sample in the order taken, before on the left of after, on one axis", () => {
    const svg = plotMetric(page({ before: side([10, 30, 20]), after: side([40, 10, 25]), comparison: null }));
    const [before, after] = [dotsOf(svg, "before"), dotsOf(svg, "after")];
    expect([before.length, after.length]).toEqual([3, 3]);
    expect(Math.max(...before.map(([x = 0]) => x))).toBeLessThan(Math.min(...after.map(([x = 0]) => x)));
    // The axis goes from 0 to 40 over 132 units, from 80 down: 10 is at 179, 30 at 113, 20 at 146.
    expect(before.map(([, y]) => y)).toEqual([179, 113, 146]);
    expect(after.map(([, y]) => y)).toEqual([80, 179, 129.5]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["0", "10", "20", "30", "40", "ms", "Before", "After", "median 20 ms (3)", "median 25 ms (3)", "not compared"]));
  });

  it("draws every second round hollow where rounds have several samples", () => {
    const full = (svg: string) => (svg.match(/h0/g) ?? []).length;
    expect(full(plotMetric(page({ before: side([1, 2, 3, 4, 5, 6], 2), after: null })))).toBe(4);
    expect(full(plotMetric(page({ before: side([1, 2, 3, 4, 5, 6], 1), after: null })))).toBe(6);
    expect(full(plotMetric(page({ before: side([1, 2, 3, 4, 5, 6], 6), after: null })))).toBe(6);
  });

  it("draws the median before and the interval of the shift beside the samples after", () => {
    const svg = plotMetric(page({ before: side([30, 30, 30]), after: side([10, 10, 10]), comparison: compared("improved", -20, [-22, -10]) }));
    // The axis goes from 0 to 30 over 132 units: 30 at 80, 30 - 22 = 8 at 176.8, 30 - 10 = 20 at 124.
    expect(svg).toMatch(/<path d="M[\d.]+ 80h[\d.]+" class="s-before"[^>]*stroke-dasharray/);
    expect(svg).toMatch(/<path d="M[\d.]+ 176\.8V124M[\d.]+ 176\.8h10M[\d.]+ 124h10" class="s-words"/);
    expect(plotMetric(page({ before: side([30, 30]), after: side([10, 10]), comparison: compared("unclear") }))).not.toContain("bracket");
  });

  it("does not reach below nothing for the end of an interval, where no sample does", () => {
    const labels = (low: number) => textsOf(plotMetric(page({ before: side([low, 30, 40]), after: side([low, 5, 20]), comparison: compared("unclear", -20, [-45, -2]) })));
    expect(labels(1)).toEqual(expect.arrayContaining(["0", "40"]));
    expect(labels(1).filter((label) => /^−\d+$/.test(label))).toEqual([]);
    expect(labels(-1)).toContain("−20");
  });

  it("clips a far tail, says how much of it and where, and draws it as arrows", () => {
    const svg = plotMetric(page({ before: side([...wave(28, 400, 30), 9000, 12_000]), after: side([...wave(29, 410, 30), -5000]), comparison: null }));
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["2 above 440 ms", "1 below 360 ms"]));
    expect(elements(svg)[2]?.text).toContain("2 above 440 ms, drawn as arrows.");
    expect([dotsOf(svg, "before").length, dotsOf(svg, "after").length]).toEqual([28, 29]);
    // A tail that is a tenth of all and more is no accident: all of it is shown.
    expect(textsOf(plotMetric(page({ before: side([...wave(16, 400, 30), 9000, 9100, 9200, 9300]), after: null }))).join()).not.toContain("above");
  });

  it("thins evenly beyond 2,000 samples a side, and says so", () => {
    const svg = plotMetric(page({ before: side(wave(100_000, 400, 30), 1000), after: side(wave(2000, 400, 30), 1000) }));
    expect([dotsOf(svg, "before").length, dotsOf(svg, "after").length]).toEqual([2000, 2000]);
    expect(elements(svg)[2]?.text).toContain("Thinned evenly: 2,000 of 100,000 are drawn.");
    expect(svg.length).toBeLessThan(200_000);
  });

  it.each<[string, Partial<Metric>, RegExp]>([
    ["bytes", { unit: "bytes", before: side([48.2e6, 48.4e6]), after: side([52e6, 52.1e6]) }, /^(?:4[6-9]|5[0-4]|MB)$/],
    ["a ratio", { unit: "ratio", before: side([0.02, 0.04]), after: side([0.03, 0.03]) }, /^(?:[0-5](?:\.\d)?|%)$/],
    ["millions", { unit: "rows", before: side([12e6, 13e6]), after: side([12e6, 13e6]) }, /^(?:1[0-4](?:\.\d)?|×10⁶ rows)$/],
    ["billionths", { unit: "s", before: side([2e-9, 3e-9]), after: side([2e-9, 3e-9]) }, /^(?:[0-3](?:\.\d)?|×10⁻⁹ s)$/],
    ["what is below zero", { unit: "", before: side([-5, -4]), after: side([-2, -1]) }, /^(?:−[1-6]|0)$/],
    ["one and the same", { unit: "", before: side([7, 7]), after: side([7, 7]) }, /^[67](?:\.\d)$/],
    ["nothing", { unit: "", before: side([0, 0]), after: side([0, 0]) }, /^[01](?:\.\d)?$/],
  ])("labels the axis of %s in a few short words", (_, more, label) => {
    const svg = plotMetric(page({ comparison: null, ...more }));
    const labels = elements(svg).filter(({ attributes }) => attributes["text-anchor"] === "end").map(({ text }) => text);
    expect(labels.length).toBeGreaterThanOrEqual(3);
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels.filter((each) => !label.test(each))).toEqual([]);
  });

  it.each([[[0, 1e308, -1e308]], [[5e-324, 1e-320]], [[1e15, 1e15 + 1]], [[-0, 0]], [[Number.MAX_VALUE, Number.MAX_VALUE]]])("stays within its frame for %j", (samples) => {
    const svg = plotMetric(page({ before: side(samples), after: side(samples), comparison: compared("unclear", 0, [-1e308, 1e308]) }));
    const drawn = elements(svg).flatMap(({ attributes: { d, x, y, viewBox, height } }) => [d, x, y, viewBox, height]).join(" ");
    expect(drawn).not.toMatch(/NaN|Infinity|e[+-]|-0(?![.\d])/);
    for (const which of ["before", "after"] as const) {
      for (const [x = -1, y = -1] of dotsOf(svg, which)) expect(x > 0 && x < 390 && y >= 80 && y <= 240).toBe(true);
    }
  });

  it("is drawn for 390 units with no text below eleven", () => {
    const [svg, ...others] = elements(plotMetric(faster));
    expect(svg?.attributes["viewBox"]).toMatch(/^0 0 390 \d+$/);
    expect(Math.min(...others.filter(({ tag }) => tag === "text").map(({ attributes }) => Number(attributes["font-size"])))).toBeGreaterThanOrEqual(12);
  });

  it("is the same to the byte each time, and of one side alone", () => {
    expect(plotMetric(faster)).toBe(plotMetric(structuredClone(faster)));
    const alone = plotMetric({ ...faster, before: null, comparison: compared("new") });
    expect(textsOf(alone)).toEqual(expect.arrayContaining(["not measured", "new", "median 95 ms (27)"]));
    expect(textsOf(plotMetric({ ...faster, after: measured({}), comparison: compared("not-enough-data") }))).toContain("no samples");
  });
});

/** Relative luminance and contrast as WCAG 2 defines them. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string, two: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe("a plot's colours", () => {
  const svg = plotMetric(faster);
  it("have a contrast of 3:1 on both grounds each, whatever the colour scheme is said to be", () => {
    const used = new Set(svg.match(/#[0-9a-f]{6}/g));
    expect(used.size).toBe(9);
    for (const colour of used) {
      expect(`${colour} ${Math.min(contrast(colour, "#ffffff"), contrast(colour, "#0d1117")) >= 3}`).toBe(`${colour} true`);
    }
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  it("leave no element without one, and none drawn over a ground of its own", () => {
    for (const { tag, attributes } of elements(svg).filter(({ tag: name }) => ["text", "path"].includes(name))) {
      expect(attributes[tag === "text" ? "fill" : "stroke"]).toMatch(/^#/);
      expect(attributes["opacity"]).toBeUndefined();
    }
    expect(elements(svg).some(({ tag }) => tag === "rect")).toBe(false);
  });
});

describe("a plot of hostile words", () => {
  it("holds the same elements and attributes as one of harmless words, and no character that acts unseen", () => {
    const frame = (picture: string) => elements(picture).map(({ tag, attributes }) => {
      // How much room words take is all that may differ.
      const { d: _, x: __, y: ___, height: ____, viewBox: _____, ...others } = attributes;
      return JSON.stringify([tag, others]);
    });
    const tags = new Set(["svg", "title", "desc", "style", "text", "path"]);
    const plain = new Set(frame(plotMetric({ ...faster, check: "word", metric: "word", unit: "word", stratum: "word" })));
    for (const words of hostileStrings(2000, 7)) {
      const picture = plotMetric({ ...faster, check: words, metric: words, stratum: words, unit: words });
      expect(frame(picture).filter((each) => !plain.has(each))).toEqual([]);
      expect(elements(picture).filter(({ tag }) => !tags.has(tag))).toEqual([]);
      expect(unseen(picture.replaceAll("\n", ""))).toBeNull();
      expect(picture).not.toMatch(/<[^a-z/]/);
      expect(picture.length).toBeLessThan(12_000);
    }
  }, 60_000);
});
