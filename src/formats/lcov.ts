import { addShare, type Coverage, coverageMetrics, noCoverage, type Share } from "./coverage.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { unreadable } from "./unreadable.ts";

const kind = "a readable LCOV tracefile";

/** What is known of one source file: hits by line, by branch, by function. */
interface Source {
  lines: Map<string, number>;
  branches: Map<string, number>;
  functions: Map<string, number>;
  /** Totals that a record only states, without the lines behind them. */
  stated: Coverage;
}

/** A record while it is read: the text after each key. */
interface Open { source: Source; from: number; totals: Map<string, number>; had: { lines: boolean; branches: boolean; functions: boolean }; names: Map<string, string> }

const count = String.raw`\d{1,18}(?:\.\d+)?(?:[eE]\+?\d{1,3})?`;
const hitLine = new RegExp(`^(\\d+),(${count})(?:,.*)?$`, "s");
const hitBranch = new RegExp(`^(\\d+,.*),(-|${count})$`, "s");
const hitFunction = new RegExp(`^(${count}),(.+)$`, "s");
const hitAlias = new RegExp(`^(\\d+),(${count}),(.+)$`, "s");

/** The keys that only give totals of a record: found and hit. */
const totals = new Set(["LF", "LH", "BRF", "BRH", "FNF", "FNH"]);

/**
 * LCOV's tracefiles (geninfo(1)), versions 1 and 2, as lcov, gcov's helpers and many runners write them. A source
 * file that several records or files tell of is counted once: a line is covered where one of them reached it.
 */
export const lcov: ReportFormat = {
  name: "lcov",
  recognizes: (text) => /^(?:\s|#[^\n]*\n)*(?:TN:[^\n]*\n\s*)*(?:SF:|TN:[^\n]*$)/.test(text.slice(0, 4096)),
  read(files) {
    const sources = new Map<string, Source>();
    for (const file of files) readFile(file, sources);
    const coverage = noCoverage();
    for (const source of sources.values()) {
      for (const part of ["lines", "branches", "functions"] as const) {
        addShare(coverage[part], source.stated[part]);
        addShare(coverage[part], shareOf(source[part]));
      }
    }
    return coverageMetrics(coverage, files, kind);
  },
};

function readFile(file: ReportText, sources: Map<string, Source>): void {
  let open: Open | null = null;
  let line = 0;
  for (let at = 0; at < file.text.length;) {
    const end = file.text.indexOf("\n", at);
    const written = file.text.slice(at, end < 0 ? undefined : end).trim();
    at = end < 0 ? file.text.length : end + 1;
    line += 1;
    if (written === "" || written.startsWith("#")) continue;
    if (written === "end_of_record") {
      if (open === null) throw invalid(file, line, "a record ends that did not begin");
      closeRecord(open, file, line);
      open = null;
      continue;
    }
    const [, key = "", value = ""] = /^([A-Z]{2,8}):(.*)$/s.exec(written) ?? [];
    if (key === "SF") {
      if (open !== null) throw invalid(file, line, `the record that begins in line ${open.from} has no end`);
      open = openRecord(value, line, sources);
    } else if (key === "" || (open === null && key !== "TN" && key !== "VER")) throw invalid(file, line, problemOf(key, written));
    else if (open !== null && !readEntry(open, key, value)) throw invalid(file, line, problemOf(key, written));
  }
  if (open !== null) throw invalid(file, line, `it breaks off in the record that begins in line ${open.from}`);
}

function openRecord(path: string, line: number, sources: Map<string, Source>): Open {
  const source = sources.get(path) ?? { lines: new Map(), branches: new Map(), functions: new Map(), stated: noCoverage() };
  sources.set(path, source);
  return { source, from: line, totals: new Map(), had: { lines: false, branches: false, functions: false }, names: new Map() };
}

/** @returns whether the entry could be read; keys that tell of nothing counted here are passed over */
function readEntry({ source, totals: stated, had, names }: Open, key: string, value: string): boolean {
  if (totals.has(key)) {
    const total = Number(value);
    stated.set(key, total);
    return value !== "" && Number.isSafeInteger(total) && total >= 0;
  }
  if (key === "DA") {
    const [found, line = "", hits] = hitLine.exec(value) ?? [];
    had.lines = true;
    return found !== undefined && hit(source.lines, line, hits);
  }
  if (key === "BRDA") {
    const [found, branch = "", hits] = hitBranch.exec(value) ?? [];
    had.branches = true;
    return found !== undefined && hit(source.branches, branch, hits === "-" ? "0" : hits);
  }
  if (!["FN", "FNDA", "FNL", "FNA"].includes(key)) return true;
  had.functions = true;
  return readFunction(source.functions, names, key, value);
}

/** Version 1 names a function where it begins (FN) and where it is counted (FNDA); version 2 by an index (FNL, FNA). */
function readFunction(functions: Map<string, number>, indices: Map<string, string>, key: string, value: string): boolean {
  if (key === "FN") {
    const [found, name = ""] = /^\d+,(?:\d+,)?(.+)$/s.exec(value) ?? [];
    return found !== undefined && hit(functions, name, "0");
  }
  if (key === "FNDA") {
    const [found, hits, name = ""] = hitFunction.exec(value) ?? [];
    return found !== undefined && hit(functions, name, hits);
  }
  if (key === "FNL") {
    const [found, index = "", lines = ""] = /^(\d+),(\d+(?:,\d+)?)$/.exec(value) ?? [];
    indices.set(index, `in lines ${lines}`);
    return found !== undefined && hit(functions, `in lines ${lines}`, "0");
  }
  const [found, index = "", hits] = hitAlias.exec(value) ?? [];
  const name = indices.get(index);
  return found !== undefined && name !== undefined && hit(functions, name, hits);
}

function hit(of: Map<string, number>, name: string, hits: string | undefined): boolean {
  of.set(name, (of.get(name) ?? 0) + Number(hits));
  return true;
}

/** Takes a record's totals where it names no line, branch or function behind them. */
function closeRecord({ source, totals: stated, had }: Open, file: ReportText, line: number): void {
  for (const [part, found, reached] of [["lines", "LF", "LH"], ["branches", "BRF", "BRH"], ["functions", "FNF", "FNH"]] as const) {
    const share = { total: stated.get(found) ?? 0, covered: stated.get(reached) ?? 0 };
    if (share.covered > share.total) throw invalid(file, line, `more was reached than is there (${found}:${share.total}, ${reached}:${share.covered})`);
    if (!had[part]) addShare(source.stated[part], share);
  }
}

function shareOf(hits: ReadonlyMap<string, number>): Share {
  let covered = 0;
  for (const times of hits.values()) if (times > 0) covered += 1;
  return { covered, total: hits.size };
}

function problemOf(key: string, written: string): string {
  return key === "" ? `no entry of a tracefile: ${shown(written)}` : `no readable ${key} here: ${shown(written)}`;
}

function shown(written: string): string {
  return JSON.stringify(written.slice(0, 60));
}

function invalid({ path }: ReportText, line: number, problem: string): Error {
  return unreadable(path, kind, `line ${line}: ${problem}`, "a whole tracefile, as lcov or the test runner wrote it");
}
