import { readProse } from "./prose.ts";

export type Operator = "<" | "<=" | ">" | ">=" | "=";

/** What people expect of a metric, as they wrote it under Expected result. */
export interface Expectation {
  check: string;
  metric: string;
  operator: Operator;
  value: number;
  /** As written; null where there is none. */
  unit: string | null;
  /** The expectation in one line, white space collapsed: `article-page response-time < 150 ms`. */
  text: string;
}

const form = /^(?<check>[^\s`<>=]+)\s+(?<metric>[^\s`<>=]+)\s*(?<operator><=|>=|≤|≥|<|>|=)\s*(?<value>[-+]?(?:\d+(?:\.\d+)?|\.\d+))\s*(?<unit>[^\s\d.,;`<>=][^\s`<>=]*?)?[.,;]?$/u;
const operators: Readonly<Record<string, Operator>> = {
  "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">=", "=": "=",
};

/**
 * The expectations that a document holds under Expected result, in their order, each once: a line, a list
 * item, a part of one between semicolons, or inline code of the form `article-page response-time < 150 ms`.
 *
 * @throws Failure `regions-damaged`
 */
export async function expectations(source: string): Promise<Expectation[]> {
  const { expected } = await readProse(source);
  return expected === null ? [] : readExpectations(expected);
}

/** The expectations in a text, as `expectations` finds them in a document. */
export function readExpectations(text: string): Expectation[] {
  const found = new Map<string, Expectation>();
  for (const line of text.split("\n")) {
    for (const candidate of candidates(line)) {
      const expectation = readExpectation(candidate);
      if (expectation !== null && !found.has(expectation.text)) found.set(expectation.text, expectation);
    }
  }
  return [...found.values()];
}

function candidates(line: string): string[] {
  const code = [...line.matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)].map((found) => (found[2] ?? "").trim());
  const bare = line.replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/, "").trim();
  return [...unescaped(bare).split(";").map((part) => part.trim()), ...code];
}

/** Formatters write `\<` and `\_`, careful people `&lt;`. */
function unescaped(line: string): string {
  return line.replace(/\\([!-/:-@[-`{-~])/g, "$1").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}

function readExpectation(candidate: string): Expectation | null {
  const groups = form.exec(candidate)?.groups;
  const operator = operators[groups?.["operator"] ?? ""];
  if (groups === undefined || operator === undefined) return null;
  const { check = "", metric = "", value = "", unit = null } = groups;
  return {
    check,
    metric,
    operator,
    value: Number(value),
    unit,
    text: [check, metric, operator, value, ...(unit === null ? [] : [unit])].join(" "),
  };
}
