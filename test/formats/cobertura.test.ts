import { describe, expect, it } from "vitest";
import { read, refusal, told, written } from "./reading.ts";

/** A report that states nothing as a whole: lines by number, hits and branches. */
function report(lines: readonly (readonly [hits: number | string, branches?: string])[], attributes = 'line-rate="0.5"'): string {
  const inside = lines.map(([hits, branches], at) =>
    `<line number="${at + 1}" hits="${hits}"${branches === undefined ? "" : ` branch="true" condition-coverage="${branches}"`}/>`);
  return `<?xml version="1.0"?>\n<coverage ${attributes}><packages><package name="p"><classes><class name="c" filename="c.py">
<methods><method name="f"><lines>${inside[0]}</lines></method></methods>
<lines>${inside.join("\n")}</lines></class></classes></package></packages></coverage>\n`;
}

describe("cobertura, as tools write it", () => {
  // What the tool itself said, in lines, branches and functions.
  it.each<[file: string, lines: number, branches: number, functions: number | undefined]>([
    // 10 statements, 3 missed; 4 branches, 2 not taken. It tells of no functions.
    ["coverage-6.5.0/cobertura.xml", 7 / 10, 2 / 4, undefined],
    // 78% (11 of 14), 66% (4 of 6); functions as the report states them.
    ["gcovr-5.2/cobertura.xml", 11 / 14, 4 / 6, 3 / 4],
    // 71.42 %, 50 %, 66.66 %.
    ["vitest-4.1.12/cobertura.xml", 5 / 7, 2 / 4, 2 / 3],
    // 75 %, 60 %, 66.66 %.
    ["c8-12.0.0/cobertura.xml", 12 / 16, 3 / 5, 2 / 3],
  ])("%s", (file, lines, branches, functions) => {
    const found = read(written(file));
    expect(told(found)).toEqual({ "line-coverage": lines, "branch-coverage": branches, ...(functions === undefined ? {} : { "function-coverage": functions }) });
    expect(found["branch-coverage"]).toMatchObject({ unit: "ratio", better: "higher", samples: [], rate: null, tolerance: { value: 0.001, percent: false } });
  });

  it.each(["coverage-6.5.0", "gcovr-5.2", "c8-12.0.0"])("finds in the lines what the whole states: %s", (tool) => {
    const text = written(`${tool}/cobertura.xml`);
    const unstated = text.replaceAll(/ (?:lines|branches)-(?:valid|covered)="\d+"/g, "");
    expect(unstated).not.toBe(text);
    expect(told(read(unstated))).toEqual(told(read(text)));
  });
});

describe("cobertura", () => {
  it("sums several files", () => {
    expect(told(read([report([[1], [0]]), report([[3, "50% (1/2)"], [2]])]))).toEqual({
      "line-coverage": 3 / 4, "branch-coverage": 1 / 2, "function-coverage": 1,
    });
  });

  it("reads a document type that names its definition, and nothing else", () => {
    const type = '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">';
    expect(told(read(report([[1]]).replace("\n", `\n${type}\n`)))["line-coverage"]).toBe(1);
    expect(refusal(report([[1]]).replace("\n", '\n\n<!DOCTYPE coverage [<!ENTITY a "aaaa">]>'), "cobertura").message)
      .toMatch(/^report-0 is not a readable Cobertura report: line 3: its document type declares entities, which are not read\.$/);
  });
});

describe("cobertura, refused", () => {
  const whole = written("c8-12.0.0/cobertura.xml");
  it.each<[string, string, RegExp]>([
    ["cut off", whole.slice(0, whole.indexOf('<line number="9"')), /it breaks off in line 3\d\.$/],
    ["another document", "<testsuites/>", /no coverage is in it/],
    ["no lines", '<coverage line-rate="1" lines-valid="0" lines-covered="0"/>', /it counts no line of code/],
    ["a negative count", report([[1]], 'line-rate="1"\nlines-covered="-4" lines-valid="9"'), /line 3: lines-covered is no count: "-4"/],
    ["a count that is none", report([[1]], 'line-rate="1" lines-covered="many" lines-valid="9"'), /line 2: lines-covered is no count: "many"/],
    ["more than there is", report([[1]], 'line-rate="1" lines-covered="10" lines-valid="9"'), /more lines were reached \(10\) than are there \(9\)/],
    ["negative hits", report([[1], [-1]]), /line 5: hits is no count: "-1"/],
    ["branches that are none", report([[1, "50%"]]), /line 3: no readable condition-coverage: "50%"/],
    ["more branches than there are", report([[1, "150% (3/2)"]]), /no readable condition-coverage/],
    ["a line without hits", report([[1]]).replaceAll(' hits="1"', ""), /line 1 of a class has no hits/],
  ])("%s", (_, text, message) => {
    const failure = refusal(text, "cobertura");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
