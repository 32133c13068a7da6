import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Addition, readYaml, withAdditions, yamlFlow, yamlLines } from "../../src/config-edit.ts";

const tests: Addition = { key: "checks", name: "tests", value: { report: "a.xml", timeout: "20m" }, why: ["Why."] };
const by: Addition = { key: "record", name: "by", value: "hook", why: [] };
const branches: Addition = { key: "branches", name: null, value: ["trunk"], why: ["By name."] };

/** The additions to a text, the new text, and what the tool makes of it. */
function add(source: string, ...additions: Addition[]): string {
  return withAdditions(source, additions).text;
}

describe("adding to a configuration", () => {
  it.each<[what: string, source: string, addition: Addition, expected: string]>([
    ["an empty file", "", tests, "checks:\n  # Why.\n  tests:\n    report: a.xml\n    timeout: 20m\n"],
    ["nothing but comments", "# hello\n", branches, "# hello\n\n# By name.\nbranches: [trunk]\n"],
    ["behind what is there", "notes: docs # ours\n", branches, "notes: docs # ours\n\n# By name.\nbranches: [trunk]\n"],
    ["without a line's end", "notes: docs", branches, "notes: docs\n\n# By name.\nbranches: [trunk]\n"],
    ["below the key that is commented out", "#branches: [main]\n\nnotes: docs\n", branches, "#branches: [main]\n# By name.\nbranches: [trunk]\n\nnotes: docs\n"],
    ["into a mapping", "checks:\n  a:\n    command: x # end\nnotes: docs\n", tests, "checks:\n  a:\n    command: x # end\n  # Why.\n  tests:\n    report: a.xml\n    timeout: 20m\nnotes: docs\n"],
    ["into one indented by four", "checks:\n    a:\n        command: x\n", tests, "checks:\n    a:\n        command: x\n    # Why.\n    tests:\n      report: a.xml\n      timeout: 20m\n"],
    ["into one that ends in a list", "checks:\n  a:\n    command: x\n    list:\n      - 1\n      - two\n# later\nnotes: docs\n", tests,
      "checks:\n  a:\n    command: x\n    list:\n      - 1\n      - two\n  # Why.\n  tests:\n    report: a.xml\n    timeout: 20m\n# later\nnotes: docs\n"],
    ["into one that ends in a block of text", "checks:\n  a:\n    command: |\n      x\n      y\nnotes: docs\n", tests,
      "checks:\n  a:\n    command: |\n      x\n      y\n  # Why.\n  tests:\n    report: a.xml\n    timeout: 20m\nnotes: docs\n"],
    ["into braces", "checks: { a: { command: x } }\n", tests, 'checks: { a: { command: x }, "tests": {"report":"a.xml","timeout":"20m"} }\n'],
    ["into empty braces", "checks: {}\n", tests, 'checks: { "tests": {"report":"a.xml","timeout":"20m"} }\n'],
    ["JSON", '{\n  "notes": "docs"\n}\n', by, '{\n  "notes": "docs",\n  "record": {\n    "by": "hook"\n  }\n}\n'],
    ["JSON, into a mapping", '{\n\t"record": {\n\t\t"x": 1\n\t}\n}', by, '{\n\t"record": {\n\t\t"x": 1,\n\t\t"by": "hook"\n\t}\n}'],
    ["JSON in one line", '{"notes": "docs"}', by, '{"notes": "docs", "record": {"by":"hook"}}'],
    ["empty JSON", "{}\n", branches, '{ "branches": ["trunk"] }\n'],
    ["CRLF", "notes: docs\r\nchecks:\r\n  a:\r\n    command: x\r\n", tests, "notes: docs\r\nchecks:\r\n  a:\r\n    command: x\r\n  # Why.\r\n  tests:\r\n    report: a.xml\r\n    timeout: 20m\r\n"],
  ])("%s", (_, source, addition, expected) => {
    expect(add(source, addition)).toBe(expected);
    expect(parse(add(source, addition))).toMatchObject(addition.name === null ? { [addition.key]: addition.value } : { [addition.key]: { [addition.name]: addition.value } });
  });

  it.each<[what: string, source: string, addition: Addition]>([
    ["the key is there", "branches: []\n", branches],
    ["the name is there, with another value", "checks:\n  tests:\n    command: make test\n", tests],
    ["there is nothing behind the key", "checks:\n", tests],
    ["the key has no mapping", "checks: none\n", tests],
    ["the file is a list", "- a\n", tests],
    ["the key stands for an alias", "a: &x { tests: 1 }\nchecks: *x\n", tests],
  ])("leaves it as it is where %s", (_, source, addition) => {
    expect(withAdditions(source, [addition])).toEqual({ text: source, added: [] });
  });

  it("changes no value, takes no byte away, and adds what is not there once", () => {
    const plain = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const name = fc.oneof(fc.constantFrom("checks", "tests", "branches"), fc.stringMatching(/^[a-z]{1,6}$/));
    const map = (inside: fc.Arbitrary<unknown>, minKeys = 0) => fc.dictionary(name, inside, { minKeys, maxKeys: 3 });
    const tree = map(fc.oneof(plain, fc.array(plain, { maxLength: 3 }), map(fc.oneof(plain, map(fc.oneof(plain, fc.array(map(plain), { maxLength: 2 })))))), 1);
    fc.assert(fc.property(tree, fc.boolean(), fc.string(), fc.string(), (values, isJson, value, why) => {
      const source = isJson ? `${JSON.stringify(values, null, 2)}\n` : Object.entries(values).flatMap(([key, one]) => [`# about ${key}`, ...yamlLines(key, one)]).map((line) => `${line}\n`).join("");
      const additions: Addition[] = [{ key: "checks", name: "tests", value: { command: value }, why: [why.replaceAll(/[^\x20-\x7e]/g, "")] }, { key: "branches", name: null, value: [value], why: [] }];
      const { text } = withAdditions(source, additions);
      const before = parse(source) as Record<string, unknown>;
      const checks = before["checks"];
      const isMapping = typeof checks === "object" && checks !== null && !Array.isArray(checks);
      expect(parse(text)).toEqual({ branches: [value], ...before, checks: checks === undefined ? { tests: { command: value } } : isMapping ? { tests: { command: value }, ...checks } : checks });
      expect(isWithin(source, text)).toBe(true);
      expect(withAdditions(text, additions)).toEqual({ text, added: [] });
    }), { numRuns: 500 });
  });
});

/** Whether a text is what is left of another once some of its characters are taken away. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const letter of whole) if (letter === part[at]) at += 1;
  return at >= part.length;
}

describe("YAML", () => {
  it.each<[value: unknown, text: string]>([
    [["main", "release/*"], "[main, release/*]"],
    [["*", "yes", "012", "a: b", "", "#x", "${{ x }}"], '["*", "yes", "012", "a: b", "", "#x", "${{ x }}"]'],
    [[{ if: "$A == \"b\" && $C =~ /^x$/" }], '[{if: $A == "b" && $C =~ /^x$/}]'],
  ])("quotes %j", (value, text) => {
    expect(yamlFlow(value)).toBe(text);
    expect(parse(yamlFlow(value))).toEqual(value);
  });

  it.each<[text: string, value: unknown]>([["on: { push: 1 }", { on: { push: 1 } }], ["a: [", null], ["a: *b", null], ["", null], ['{"a": 1}', { a: 1 }]])("reads %j", (text, value) => {
    expect(readYaml(text)).toEqual(value);
  });

  it("does not let a bomb of aliases go off", () => {
    const bomb = ["a0: &a0 [x, x]", ...Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`)].join("\n");
    expect(readYaml(bomb)).toBe(null);
  });
});
