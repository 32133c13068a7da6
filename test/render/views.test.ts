import { describe, expect, it } from "vitest";
import { readExpectations } from "../../src/document/expectations.ts";
import type { Comparison, Measurement, Metric } from "../../src/record/schema.ts";
import { answers } from "../../src/render/views/expected.ts";
import { changesView } from "../../src/render/views/changes.ts";
import { commandsView } from "../../src/render/views/commands.ts";
import { metricsView } from "../../src/render/views/metrics.ts";
import { rollbackView } from "../../src/render/views/rollback.ts";
import { summaryView } from "../../src/render/views/summary.ts";
import { command, commit, file, measured, metric, small } from "./ships.ts";

describe("what people expect", () => {
  const time = (stratum: string | null, value: number): Metric => metric("page", "response-time", { stratum, after: measured({ value }) });
  const rate = (events: number, count: number): Metric => metric("page", "error-rate", { unit: "ratio", after: measured({ events, count }) });
  it.each<[string, Metric[], string, string | null]>([
    ["page response-time < 150 ms", [time("hit", 300), time("miss", 95)], "met", "misses"],
    ["page response-time < 95 ms", [time("miss", 95), time("hit", 3)], "not met", "misses"],
    ["page response-time <= 95 ms", [time(null, 95)], "met", null],
    ["page response-time <= 95", [time(null, 95)], "met", null],
    ["page response-time > 0.09 s", [time(null, 95)], "met", null],
    ["page response-time = 95000 us", [time(null, 95)], "met", null],
    ["page response-time < 1 MB", [time(null, 95)], "cannot be told, for it is measured in ms", null],
    ["page error-rate < 5 %", [rate(1, 30)], "met", null],
    ["page error-rate < 0.01", [rate(1, 30)], "not met", null],
    ["page error-rate < 5 %", [metric("page", "error-rate", { unit: "ratio", before: measured({ events: 1, count: 30 }) })], "not measured after the change", null],
    ["other response-time < 5 ms", [time(null, 95)], "no such metric was measured", null],
  ])("%s", (text, metrics, answer, on) => {
    expect(answers(readExpectations(text), metrics)).toEqual([expect.objectContaining({ expected: text, answer, on })]);
  });
});

describe("commits and files", () => {
  it("are struck in pairs, side by side; a revert of a revert brings back", () => {
    const [a, b, c, d] = [commit("aa", "a"), commit("bb", "b"), commit("cc", "revert a", "M", "aa"), commit("dd", "revert revert", "M", "cc")];
    const struck = (commits: typeof small.commits) => changesView({ ...small, commits }).commits.map(({ subject, struck: is }) => `${subject}${is ? " struck" : ""}`);
    expect(struck([c, b, a])).toEqual(["revert a struck", "a struck", "b"]);
    expect(struck([d, c, b, a])).toEqual(["revert revert struck", "revert a struck", "b", "a"]);
  });

  it("are capped, the files that matter most for undoing first, in their order", () => {
    const files = Array.from({ length: 200 }, (_, at) => file(`f${at}`, { kind: at === 190 ? "migration" : at < 150 ? "docs" : "code" }));
    const view = changesView({ ...small, files, commits: Array.from({ length: 61 }, (_, at) => commit(`${at}0`, "x")) });
    expect(view.files.length).toBe(80);
    expect(view.files.at(-10)?.path).toBe("f190");
    expect(view.files[0]?.path).toBe("f0");
    expect(view.files[30]?.path).toBe("f150");
    expect(view.moreFiles).toEqual({ shown: "80", all: "200 files" });
    expect(view.kinds).toBe("150 docs, 49 code and 1 migration");
    expect(view.moreCommits).toBe("1 more commit");
  });

  it("are capped within a kind by how much changed in them", () => {
    const files = Array.from({ length: 200 }, (_, at) => file(`f${at}`, { kind: "docs", added: at === 7 ? 0 : 1, deleted: at === 199 ? 50 : 0 }));
    const shown = changesView({ ...small, files }).files.map(({ path }) => path);
    expect(shown.at(-1)).toBe("f199");
    expect(shown.slice(5, 9)).toEqual(["f5", "f6", "f8", "f9"]);
    const settings = Array.from({ length: 100 }, (_, at) => file(`s${at}`, { kind: "config", added: 1, deleted: 0 }));
    expect(changesView({ ...small, files: [file("main", { kind: "code", added: 90, deleted: 9 }), ...settings] }).files[0]?.path).toBe("main");
  });

  it("say what changed inside, whatever it is", () => {
    const lines = (more: Parameters<typeof file>[1]) => changesView({ ...small, files: [file("f", more)] }).files[0]?.lines;
    expect(lines({ added: 0, deleted: 0 })).toBe("");
    expect(lines({ added: 1200, deleted: 0 })).toBe("+1,200");
    expect(lines({ added: null, deleted: null })).toBe("not known");
    expect(lines({ added: null, deleted: null, binary: true })).toBe("binary");
    expect(lines({ size: { before: null, after: 812 }, binary: true })).toBe("binary, 812 B");
    expect(lines({ size: { before: 812, after: null }, binary: true })).toBe("binary, 812 B → none");
    expect(lines({ size: { before: 1000, after: 2000 }, lfs: true })).toBe("LFS, 1 kB → 2 kB");
  });
});

describe("approvals", () => {
  it("tell the ship's from those of single commits, each person once", () => {
    const approvals: typeof small.approvals = [
      { who: "Ravi", source: "trailer" }, { who: "Lin", source: "trailer" }, { who: "Lin", source: "flag" },
    ];
    expect(summaryView({ ...small, approvals }, [])).toMatchObject({ approvals: "Lin", reviews: "Ravi" });
    expect(summaryView({ ...small, approvals: approvals.slice(2) }, [])).toMatchObject({ approvals: "Lin", reviews: null });
  });
});

describe("hazards", () => {
  const of = (paths: string[], why = "Deleted.") => paths.map((path) => ({ kind: "deleted", path, why }));
  const rows = (hazards: typeof small.rollback.hazards) =>
    rollbackView({ ...small, rollback: { ...small.rollback, hazards } }).hazards.map(({ paths, more, why }) => [paths.map(({ path }) => path).join(" "), more, why]);
  it("share a row where many say the same, in the place of the first", () => {
    expect(rows([...of(["a", "b", "c"])])).toEqual([["a", null, "Deleted."], ["b", null, "Deleted."], ["c", null, "Deleted."]]);
    expect(rows([...of(["a", "b"]), ...of(["x"], "Other."), ...of(["c", "d"])])).toEqual([["a b c d", null, "Deleted."], ["x", null, "Other."]]);
    expect(rows(of(Array.from({ length: 11 }, (_, at) => `f${at}`)))).toEqual([["f0 f1 f2 f3 f4 f5 f6 f7", "3 more", "Deleted."]]);
  });

  it("are capped by rows, and those not shown are counted", () => {
    const hazards = [...of(["a", "b", "c", "d"]), ...Array.from({ length: 45 }, (_, at) => ({ kind: "k", path: `${at}`, why: `${at}` }))];
    const view = rollbackView({ ...small, rollback: { ...small.rollback, hazards } });
    expect(view.hazards.length).toBe(40);
    expect(view.moreHazards).toBe("6 more hazards");
  });
});

describe("commands", () => {
  it("stand on one line, cut where they are long, with the day where it is another", () => {
    const [row] = commandsView({ ...small, commands: [command(`for x in 1 2\ndo\n  y ${"z".repeat(400)}`, { startedAt: "2026-03-03T23:59:59Z" })] }).commands;
    expect(row?.command).toMatch(/^for x in 1 2 ⏎ do ⏎ {3}y z+…$/);
    expect(row?.command.length).toBe(300);
    expect(row?.started).toBe("2026-03-03 23:59:59");
  });

  it("say how they ended", () => {
    const end = (more: Parameters<typeof command>[1]) => commandsView({ ...small, commands: [command("x", more)] }).commands.map((row) => [row.end, row.failed])[0];
    expect(end({ exitCode: 0 })).toEqual(["0", false]);
    expect(end({ exitCode: 3 })).toEqual(["3", true]);
    expect(end({ exitCode: null, signal: "SIGTERM" })).toEqual(["SIGTERM", true]);
    expect(end({ state: "killed", exitCode: null })).toEqual(["killed", true]);
    expect(end({ state: "running", exitCode: null })).toEqual(["still running", false]);
    expect(end({ source: "stated", exitCode: null })).toEqual(["", false]);
  });

  it("show the end of a long output, and say so", () => {
    const tail = Array.from({ length: 100 }, (_, at) => `line ${at}`).join("\n");
    const of = (bytes: number, text: string) => commandsView({ ...small, commands: [command("x", { output: { tail: text, bytes, sha256: null } })] }).outputs[0];
    expect(of(tail.length, tail)?.size).toBe("the last 60 lines of 789 B");
    expect(of(tail.length, tail)?.tail.startsWith("line 40\n")).toBe(true);
    expect(of(5, "a\nb\nc")?.size).toBe("3 lines");
    expect(of(5_000_000_000, "a")?.size).toBe("the last line of 5 GB");
    expect(of(2, "\n\n")).toBeUndefined();
  });
});

describe("metrics", () => {
  const side = (more: Partial<Measurement>) => measured({ value: 1, ...more });
  it("say when both sides were measured, and that times and machines differ", () => {
    const other = { os: "linux", arch: "x64", cpu: "other", cores: 1, memoryGiB: 1, fingerprint: "0".repeat(16) };
    const view = metricsView({
      ...small,
      metrics: [
        metric("a", "x", { before: side({ takenAt: "2026-03-03T23:50:00Z", carried: true }), after: side({ takenAt: "2026-03-04T10:00:00Z", machine: other }) }),
        metric("b", "x", { before: side({ takenAt: "2026-03-03T23:58:00Z" }), after: side({ takenAt: "2026-03-04T10:00:30Z" }) }),
      ],
    }, []);
    expect(view.taken).toMatchObject({ carried: { when: "2026-03-03 23:50 UTC" }, before: { when: "2026-03-03 23:58 UTC" }, after: { when: "10:00 UTC" }, apart: true, machines: "2 machines" });
  });

  it("say of none that it was carried over where none was, and of no other where all were", () => {
    const row = (carried: boolean) => metric("a", "x", { before: side({ carried }), after: side({}) });
    expect(metricsView({ ...small, metrics: [row(false)] }, []).taken).toMatchObject({ before: {}, carried: null, apart: true });
    expect(metricsView({ ...small, metrics: [row(true)] }, []).taken).toMatchObject({ before: null, carried: {}, apart: true });
  });

  it("say a rate's change in points, as its interval", () => {
    const rate = metric("page", "error-rate", {
      unit: "ratio", before: measured({ value: 0.1, events: 10, count: 100 }), after: measured({ value: 0.6, events: 60, count: 100 }),
      comparison: { verdict: "regressed", change: 5, shift: 0.5, interval: [0.376, 0.599], pValue: 0, pAdjusted: 0, method: "fisher-exact", notes: [] },
    });
    expect(summaryView({ ...small, verdict: "regressed", metrics: [rate] }, []).verdict.metrics)
      .toMatchObject([{ before: "10 of 100", after: "60 of 100", change: "+50 points", interval: "+37.6 to +59.9 points" }]);
  });

  const told = (verdict: Comparison["verdict"]): Comparison =>
    ({ verdict, change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method: "rank-sum", notes: [] });
  const sampled = () => measured({ samples: [1, 2, 3], rounds: [1, 2, 3], value: 2, count: 3 });

  it("show the plots of what is not shown to be the same, compare's first; the rest, and more than twelve, behind a line that opens", () => {
    const plotted = (check: string, verdict: Comparison["verdict"], more: Partial<Metric> = {}): Metric =>
      metric(check, "time", { before: sampled(), after: sampled(), comparison: told(verdict), ...more });
    const few = metricsView({ ...small, metrics: [plotted("a", "improved"), plotted("b", "unchanged"), plotted("c", "unclear", { source: "compare" }), metric("d", "size", { before: side({}), after: side({}) })] }, []).plots;
    expect(few.open).toEqual([
      { alt: "Time of c, side by side: 2 ms before, 2 ms after, unclear", path: `${small.id}/c-time-compare.svg` },
      { alt: "Time of a: 2 ms before, 2 ms after, improved", path: `${small.id}/a-time.svg` },
    ]);
    expect(few.folded).toMatchObject({ count: "1 more plot", unchanged: true, plots: [{ path: `${small.id}/b-time.svg` }] });
    const many = metricsView({ ...small, metrics: Array.from({ length: 15 }, (_, at) => plotted(`c${at}`, at === 0 ? "unchanged" : "unclear")) }, []).plots;
    expect([many.open.length, many.folded?.count, many.folded?.unchanged]).toEqual([12, "3 more plots", false]);
    expect(metricsView({ ...small, metrics: [plotted("a", "unchanged")] }, []).plots).toMatchObject({ open: [], folded: { count: "1 plot" } });
    expect(metricsView(small, []).plots).toEqual({ open: [], folded: null });
    const along = (verdict: Comparison["verdict"]) => metricsView({ ...small, metrics: [{ ...plotted("a", verdict), metric: "peak-memory" }] }, []).plots.open.length;
    expect([along("unclear"), along("regressed")]).toEqual([0, 1]);
    expect(metricsView({ ...small, metrics: [plotted("a", "not-enough-data")] }, []).plots.open).toEqual([]);
  });

  it("that compare measured as well are folded away, with what they say; failures count as they were seen after the ship", () => {
    const side = (events: number) => measured({ events, count: 30, details: { errors: [{ reason: "status 503", count: events }] } });
    const rate = (source: Metric["source"], events: number, check = "page"): Metric =>
      metric(check, "error-rate", { source, unit: "ratio", before: side(1), after: side(events), comparison: { ...told("unclear"), notes: ["x".repeat(50)] } });
    const time = (source: Metric["source"]): Metric => metric("page", "time", { source, before: sampled(), after: sampled(), comparison: told("improved") });
    const view = metricsView({ ...small, metrics: [rate("before-after", 7), time("before-after"), rate("before-after", 3, "other"), rate("compare", 9), time("compare")] }, []);
    expect(view.metrics.map(({ check, after, sideBySide, mark }) => [check, after, sideBySide, mark])).toEqual([
      ["page", "2 ms (3)", true, null], ["page", "7 of 30", false, "a"], ["other", "3 of 30", false, "a"],
    ]);
    expect(view.overruled).toMatchObject({ count: "2 metrics", metrics: [{ after: "9 of 30", mark: "a" }, { words: "time" }], remarks: [{ mark: "a" }], more: null });
    expect(view.errors.filter(({ side: which }) => which === "after").map(({ reasons: [first] }) => first?.times)).toEqual(["7", "3"]);
    expect(view.plots).toMatchObject({ open: [{ path: `${small.id}/page-time-compare.svg` }], folded: { count: "1 more plot", plots: [{ path: `${small.id}/page-time.svg` }] } });
    expect(metricsView({ ...small, metrics: [time("before-after")] }, []).overruled).toBeNull();
  });

  it("have long notes, and those of several rows, once below the table", () => {
    const noted = (check: string, ...notes: string[]) => metric(check, "time", { comparison: { ...told("unclear"), notes } });
    const long = "a change of 9 % or more would have shown; about 40 rounds a side would show 5 %";
    const view = metricsView({ ...small, metrics: [noted("a", "short"), noted("b", "short"), noted("c", "alone"), noted("d", long), noted("e"), noted("f", "alone", long), noted("g", "short")] }, []);
    expect(view.metrics.map(({ check, notes, mark }) => [check, notes, mark])).toEqual([
      ["a", null, "a"], ["b", null, "a"], ["c", "alone", null], ["d", null, "b"], ["e", null, null], ["f", null, "c"], ["g", null, "a"],
    ]);
    expect(view.remarks).toEqual([{ mark: "a", note: "short" }, { mark: "b", note: long }, { mark: "c", note: `alone; ${long}` }]);
    const many = metricsView({ ...small, metrics: Array.from({ length: 60 }, (_, at) => noted("a", `${long} ${at}`)) }, []);
    expect([25, 26, 51, 52].map((at) => many.remarks[at]?.mark)).toEqual(["z", "aa", "az", "ba"]);
  });

  it("tell a shifted mix of strata, and call it no result", () => {
    const mix = (verdict: Comparison["verdict"]) => metric("page", "cache-hit-rate", {
      unit: "ratio", better: "higher", before: measured({ events: 3, count: 30 }), after: measured({ events: 26, count: 30 }), comparison: told(verdict),
    });
    const view = metricsView({ ...small, metrics: [mix("improved")] }, []);
    expect(view.metrics).toMatchObject([{ verdict: "changed", strong: false }]);
    expect(view.mixes).toEqual([{ check: "page", sentence: "the mix shifted: 26 of 30 were hits, before 3 of 30; times are compared hit with hit and miss with miss" }]);
    expect(metricsView({ ...small, metrics: [mix("unclear")] }, []).mixes).toEqual([]);
  });

  it("say why samples failed", () => {
    const errors = Array.from({ length: 7 }, (_, at) => ({ reason: `status 50${at}`, count: 1000 - at }));
    const failed = metric("page", "error-rate", { unit: "ratio", before: measured({ events: 0, count: 9000 }), after: measured({ events: 6979, count: 9000, details: { errors } }) });
    const [only, ...others] = metricsView({ ...small, metrics: [failed] }, []).errors;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ check: "page", side: "after", more: "2" });
    expect(only?.reasons.slice(0, 2)).toEqual([{ times: "1,000", reason: "status 500", comma: false }, { times: "999", reason: "status 501", comma: true }]);
  });

  it("show a plan that changed: in a line, or nested where it is long", () => {
    const plan = (before: string, after: string) => metricsView({
      ...small, metrics: [metric("query", "plan", { unit: "", before: measured({ details: { shape: before } }), after: measured({ details: { shape: after } }), comparison: told("changed") })],
    }, []);
    expect(plan("Seq Scan on a", "Index Scan using i on a")).toMatchObject({
      metrics: [{ before: "see below", after: "see below" }],
      shapes: [{ check: "query", words: "plan", before: "Seq Scan on a", after: "Index Scan using i on a" }], longShapes: [],
    });
    const long = plan("Hash Join (Seq Scan on authors, Hash [Plain, x] (Index Scan using f(x) on articles)), then more and more of it", "Limit");
    expect(long.shapes).toEqual([]);
    expect(long.longShapes).toMatchObject([{
      before: "Hash Join\n  Seq Scan on authors\n  Hash [Plain, x]\n    Index Scan using f(x) on articles, then more and more of it", after: "Limit",
    }]);
    expect(plan("Seq Scan on a", "Seq Scan on a")).toMatchObject({ metrics: [{ before: "the same" }], shapes: [], longShapes: [] });
  });

  it("say nothing of times where both sides were measured in one run", () => {
    expect(metricsView({ ...small, metrics: [metric("a", "x", { source: "compare", before: side({}), after: side({}) })] }, [])).toMatchObject({ taken: null, compared: true });
  });

  it.each<[string, Metric[], string]>([
    ["nothing at all", [], "Nothing was measured: no baseline."],
    ["the change's after alone", [metric("a", "x", { after: side({}) })], "Nothing to compare with: no baseline."],
    ["the baseline alone", [metric("a", "x", { before: side({}) })], "Measured before the change and not after it."],
  ])("say why there is no verdict for %s", (_, metrics, why) => {
    expect(summaryView({ ...small, metrics }, []).verdict).toMatchObject({ lead: null, why });
  });
});

describe("the summary", () => {
  const told = (verdict: Comparison["verdict"]): Comparison =>
    ({ verdict, change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method: "rank-sum", notes: [] });
  const time = (verdict: Comparison["verdict"], check = "page"): Metric =>
    metric(check, "response-time", { before: measured({ value: 2 }), after: measured({ value: 1 }), comparison: told(verdict) });
  const rate = (check: string, events: number): Metric => metric(check, "error-rate", { unit: "ratio", after: measured({ events, count: 30 }) });
  const failed = (value: number, failing: string[]): Metric => metric("tests", "failed", { unit: "", before: measured({ value: 0, details: { failing: [] } }), after: measured({ value, details: { failing } }) });
  const line = (verdict: typeof small.verdict, metrics: Metric[]) =>
    summaryView({ ...small, verdict, metrics }, []).answers.map(({ also, question, answer }) => `${also ? " " : ""}${question}: ${answer}.`).join("");

  it.each<[typeof small.verdict, Metric[], string]>([
    ["improved", [rate("page", 0), time("improved"), failed(0, [])], "Up: yes, 30 of 30 requests. Slower: no, faster. Tests: none failing. Changed: yes."],
    ["regressed", [rate("page", 3), time("regressed")], "Up: not always, 3 of 30 requests failed. Slower: yes. Changed: yes."],
    ["mixed", [time("regressed"), time("improved", "other")], "Slower: in part; faster in part. Changed: yes."],
    ["unchanged", [rate("page", 30), time("unchanged")], "Up: no, each of 30 requests failed. Slower: no."],
    ["unclear", [time("unclear")], "Slower: cannot be told."],
    ["not-measured", [rate("page", 0)], "Up: yes, 30 of 30 requests."],
    ["regressed", [rate("job", 2), metric("job", "duration", {}), failed(3, ["a"])], "Jobs: 2 of 30 runs failed. Tests: 3 failing, 1 newly."],
    ["improved", [metric("bundle", "size", { unit: "bytes", before: measured({ value: 2 }), after: measured({ value: 1 }), comparison: told("improved") })], ""],
    ["not-measured", [], ""],
  ])("answers what is asked first, as far as it was measured, and nothing twice: %s", (verdict, metrics, answers) => {
    expect(line(verdict, metrics)).toBe(answers);
  });

  it("counts no rate without events among what cannot be told", () => {
    const quiet = (check: string, verdict: Comparison["verdict"], events = 0): Metric =>
      metric(check, "error-rate", { unit: "ratio", before: measured({ events: 0, count: 30 }), after: measured({ events, count: 30 }), comparison: told(verdict) });
    const untold = (metrics: Metric[]) => summaryView({ ...small, verdict: "improved", metrics: [time("improved"), ...metrics] }, []).verdict.untold;
    expect(untold([quiet("a", "unclear"), quiet("b", "not-enough-data")])).toBeNull();
    expect(untold([quiet("a", "unclear"), quiet("b", "unclear", 1)])).toBe("For 1 metric it cannot be told");
  });

  it("names the tests that made it worse, also where as many failed before", () => {
    const tests = (before: string[], after: string[]): Metric => metric("tests", "failed", {
      unit: "", before: measured({ value: before.length, details: { failing: before } }), after: measured({ value: after.length, details: { failing: after } }),
      comparison: { ...told("regressed"), change: before.length === 0 ? null : (after.length - before.length) / before.length, shift: after.length - before.length },
    });
    const said = (before: string[], after: string[]) => summaryView({ ...small, verdict: "regressed", metrics: [tests(before, after)] }, []).verdict.metrics;
    expect(said(["a"], ["b"])).toMatchObject([{ before: "1", after: "1", change: null, newly: [{ name: "b", comma: false }], moreNewly: null }]);
    expect(said([], ["a", "b", "c", "d", "e"])).toMatchObject([{ change: "+5", newly: [{ name: "a" }, { name: "b" }, { name: "c", comma: true }], moreNewly: "2" }]);
  });

  it("does not take a cache that answered more often for a result", () => {
    const mix = metric("page", "cache-hit-rate", { unit: "ratio", better: "higher", before: measured({ events: 3, count: 30 }), after: measured({ events: 26, count: 30 }), comparison: told("improved") });
    expect(summaryView({ ...small, verdict: "changed", metrics: [mix] }, []).verdict).toMatchObject({ lead: "Changed", metrics: [{ words: "cache hit rate" }] });
    expect(summaryView({ ...small, verdict: "improved", metrics: [mix, time("improved")] }, []).verdict).toMatchObject({ lead: "Faster", metrics: [{ words: "response time" }] });
  });

  it("lists what is expected, and of more than three how many are met and which are not", () => {
    const expected = (answer: string, at = 0) => ({ expected: `page m${at} < 1`, answer, on: null, value: null });
    const three = [expected("met"), expected("met", 1), expected("not met", 2)];
    expect(summaryView(small, three).verdict).toMatchObject({ expectations: three, expected: null });
    const nine = [...Array.from({ length: 6 }, (_, at) => expected("met", at)), expected("not met", 6), expected("no such metric was measured", 7), expected("not met", 8)];
    expect(summaryView(small, nine).verdict).toMatchObject({
      expectations: [],
      expected: {
        met: "6 of 9 expectations met", more: null,
        unmet: [{ expected: "page m6 < 1", answer: null }, { expected: "page m7 < 1", answer: "no such metric was measured" }, { expected: "page m8 < 1", answer: null }],
      },
    });
  });
});
