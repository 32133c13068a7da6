import { createHash } from "node:crypto";
import { type Yielded, yielded } from "../record/yielded.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { type Member, amountAt, entries, member, metricName, misread, needed, textAt, wholeReport } from "./members.ts";

/** Deeper plans than this are none that a server made. */
const deepest = 200;
/** A longer shape is cut off, and told apart by a digest. */
const longestShape = 10_000;

/** What goes before a node's type, or behind it, and changes what the server does. */
const traits = ["Strategy", "Partial Mode", "Operation", "Command", "Setop Command"] as const;
const usualTraits = ["Plain", "Simple"];
/** What a node reads or writes, in the order in which it is named. */
const sources = ["Relation Name", "Function Name", "Table Function Name", "CTE Name", "Tuplestore Name"] as const;

/**
 * PostgreSQL's `EXPLAIN (FORMAT JSON)`, with or without ANALYZE and BUFFERS, as `psql -XAt` prints it or as psql's
 * table. The metric `plan` has no value but a shape: which nodes, joins, relations and indexes, nested as the plan
 * is, without costs, rows, conditions or literals. Several plans are told apart by their file's name and their
 * place in it.
 */
export const postgresExplain: ReportFormat = {
  name: "postgres-explain",
  recognizes: (text) => /^\s*\[?\s*\{\s*"Plan"\s*:\s*\{/.test(withoutTable(text.slice(0, 8192))),
  read(files) {
    const plans = files.flatMap((file) => {
      const found = plansOf(file);
      const stem = file.path.split("/").at(-1)?.replace(/\.[^.]*$/, "") ?? "";
      return found.map((plan, place) => ({
        plan,
        label: [...(files.length === 1 ? [] : [stem]), ...(found.length === 1 ? [] : [`#${place + 1}`])].join(" "),
      }));
    });
    return plans.flatMap(({ plan, label }) => explained(plan).map((metric) =>
      label === "" ? metric : { ...metric, metric: metricName(`${label} ${metric.metric}`) }));
  },
};

/** The plans of each EXPLAIN that the text holds, one after the other. */
function plansOf({ path, text }: ReportText): Member[] {
  let above = 0;
  return withoutTable(text).split(/(?<=\])[^\S\n]*\n(?=\s*\[)/).flatMap((document) => {
    // Blank lines keep the numbers of lines in messages right.
    const whole = wholeReport({ path, text: "\n".repeat(above) + document }, "EXPLAIN (FORMAT JSON)");
    above += document.split("\n").length;
    return Array.isArray(whole.value) ? entries(whole) : [whole];
  });
}

/** Takes psql's table away from around a plan: the heading, the `+` where a line goes on, the count of rows. */
function withoutTable(text: string): string {
  if (!/^\s*QUERY PLAN\s*$/m.test(text.slice(0, 8192))) return text;
  return text.split(/\r?\n/)
    .map((line) => (/^\s*(?:QUERY PLAN|-+|\(\d+ rows?\))\s*$/.test(line) ? "" : line.replace(/^ /, "").replace(/\s*\+$/, "")))
    .join("\n");
}

function explained(whole: Member): Yielded[] {
  const plan = needed(whole, "Plan");
  const [cost, rows] = [member(plan, "Total Cost"), member(plan, "Actual Rows")];
  const [hit, read] = [member(plan, "Shared Hit Blocks"), member(plan, "Shared Read Blocks")];
  // What was measured once varies by itself: a sample. So does what had to be read, with what others left in memory.
  const once = (name: string, unit: string, found: Member | null): Yielded[] =>
    found === null ? [] : [yielded(name, unit, { better: "lower", samples: [amountAt(found)], rounds: [1] })];
  return [
    yielded("plan", "", { details: { shape: bounded(shapeOf(plan, 0)) } }),
    ...(cost === null ? [] : [yielded("total-cost", "", { better: "lower", value: amountAt(cost) })]),
    ...once("execution-time", "ms", member(whole, "Execution Time")),
    ...once("planning-time", "ms", member(whole, "Planning Time")),
    ...(rows === null ? [] : [yielded("rows", "", { value: amountAt(rows) })]),
    ...(hit === null || read === null ? [] : [yielded("shared-blocks", "", { better: "lower", value: amountAt(hit) + amountAt(read) })]),
    ...once("shared-blocks-read", "", read),
  ];
}

/** `Hash Join (Seq Scan on authors, Hash (Index Scan using articles_id on articles))`. */
function shapeOf(node: Member, depth: number): string {
  if (depth > deepest) throw misread(node, `is nested more than ${deepest} deep`);
  const word = (key: string): string | null => {
    const found = member(node, key);
    return found === null ? null : textAt(found).replaceAll(/\s+/g, " ");
  };
  const type = textAt(needed(node, "Node Type"));
  const join = word("Join Type");
  const said = traits.map(word).filter((trait) => trait !== null && !usualTraits.includes(trait));
  const source = sources.map(word).find((name) => name !== null) ?? null;
  const index = word("Index Name");
  const children = member(node, "Plans");
  const below = children === null ? [] : entries(children).map((child) => {
    const part = member(child, "Subplan Name");
    const shape = shapeOf(child, depth + 1);
    // The numbers of parameters in it (`returns $3`) come and go with the rest of the query.
    return part === null ? shape : `${textAt(part).replace(/ \(returns .*\)$/, "")}: ${shape}`;
  });
  return [
    ...(member(node, "Parallel Aware")?.value === true ? ["Parallel"] : []),
    ...(member(node, "Scan Direction")?.value === "Backward" ? ["Backward"] : []),
    join === null || join === "Inner" ? type : type.endsWith(" Join") ? `${type.slice(0, -5)} ${join} Join` : `${type} ${join} Join`,
    ...(said.length === 0 ? [] : [`[${said.join(", ")}]`]),
    ...(index === null ? [] : [type.startsWith("Bitmap") ? `on ${index}` : `using ${index}`]),
    ...(source === null ? [] : [`on ${source}`]),
    ...(below.length === 0 ? [] : [`(${below.join(", ")})`]),
  ].join(" ");
}

function bounded(shape: string): string {
  if (shape.length <= longestShape) return shape;
  return `${shape.slice(0, longestShape)}… ${createHash("sha256").update(shape).digest("hex").slice(0, 12)}`;
}
