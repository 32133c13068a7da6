import { addShare, type Coverage, coverageMetrics, noCoverage, type Share } from "./coverage.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { unreadable } from "./unreadable.ts";
import { attribute, attributePlace, type Element, elements, xmlReader } from "./xml.ts";

const kind = "a readable Cobertura report";
const expected = "whole Cobertura XML, as the coverage tool wrote it";
const read = xmlReader({ kind, expected, skipped: ["sources", "conditions"] });

/**
 * Cobertura's XML (coverage-04.dtd), as coverage.py, istanbul, gcovr and others write it: what the report counts as a
 * whole, else what its lines say. Several files are summed.
 */
export const cobertura: ReportFormat = {
  name: "cobertura",
  recognizes: (text) => /^\s*(?:<\?xml[^>]*\?>)?(?:\s|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*>)*<coverage\s[^>]*line-rate=/.test(text.slice(0, 4096)),
  read(files) {
    const coverage = noCoverage();
    for (const file of files) {
      const [root] = elements(read(file)["coverage"]);
      if (root === undefined) throw unreadable(file.path, kind, "no coverage is in it", expected);
      const counted = countLines(root, file);
      for (const part of ["lines", "branches", "functions"] as const) {
        addShare(coverage[part], statedShare(root, part, file) ?? counted[part]);
      }
    }
    return coverageMetrics(coverage, files, kind);
  },
};

function statedShare(root: Element, part: string, file: ReportText): Share | null {
  const covered = countOf(root, `${part}-covered`, file);
  const total = countOf(root, `${part}-valid`, file);
  if (covered === null || total === null) return null;
  if (covered <= total) return { covered, total };
  throw unreadable(file.path, kind, `more ${part} were reached (${covered}) than are there (${total})`, expected);
}

function countLines(root: Element, file: ReportText): Coverage {
  const found = noCoverage();
  const classes = elements(root["packages"]).flatMap((all) => elements(all["package"]))
    .flatMap((one) => elements(one["classes"])).flatMap((all) => elements(all["class"]));
  for (const one of classes) {
    for (const line of linesOf(one)) {
      addShare(found.lines, { covered: isHit(line, file) ? 1 : 0, total: 1 });
      const branches = attribute(line, "condition-coverage");
      if (branches !== null) addShare(found.branches, conditionsOf(branches, file));
    }
    for (const method of elements(one["methods"]).flatMap((all) => elements(all["method"]))) {
      const reached = linesOf(method).some((line) => isHit(line, file));
      addShare(found.functions, { covered: reached ? 1 : 0, total: 1 });
    }
  }
  return found;
}

function linesOf(of: Element): Element[] {
  return elements(of["lines"]).flatMap((all) => elements(all["line"]));
}

function isHit(line: Element, file: ReportText): boolean {
  const hits = countOf(line, "hits", file);
  if (hits === null) throw unreadable(file.path, kind, `line ${attribute(line, "number") ?? "?"} of a class has no hits`, expected);
  return hits > 0;
}

/** `50% (1/2)`: how many of the ways out of a line were taken. */
function conditionsOf(written: string, file: ReportText): Share {
  const [, covered, total] = /\((\d{1,15})\/(\d{1,15})\)/.exec(written) ?? [];
  const share = { covered: Number(covered), total: Number(total) };
  if (share.covered <= share.total) return share;
  const place = attributePlace(file.text, "condition-coverage", written);
  throw unreadable(file.path, kind, `${place}no readable condition-coverage: ${JSON.stringify(written.slice(0, 40))}`, expected);
}

function countOf(of: Element, name: string, { path, text }: ReportText): number | null {
  const written = attribute(of, name);
  if (written === null) return null;
  const value = Number(written);
  if (written.trim() !== "" && Number.isInteger(value) && value >= 0) return value;
  throw unreadable(path, kind, `${attributePlace(text, name, written)}${name} is no count: ${JSON.stringify(written.slice(0, 40))}`, expected);
}
