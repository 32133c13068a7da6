/** A test point: one line of a result. */
export interface TapPoint {
  ok: boolean;
  /** Without number, directive and time. */
  name: string;
  directive: "skip" | "todo" | null;
  /** null where the line does not say. */
  milliseconds: number | null;
  /** Whether it ends with `{`: its subtest may follow it. */
  opens: boolean;
}

/** What a line of TAP says, its indentation aside. */
export type TapLine =
  | { type: "point"; point: TapPoint }
  | { type: "plan"; tests: number }
  | { type: "version" | "bail" | "close" | "open" | "other" }
  | { type: "subtest" | "comment"; text: string };

const other: TapLine = { type: "other" };

/** Reads one line, without its indentation and its end. TAP 13 and 14 (testanything.org), and what runners make of them. */
export function readTapLine(line: string): TapLine {
  switch (line.charAt(0)) {
    case "#": return readComment(line);
    case "o":
    case "n": return readPoint(line);
    case "}": return line === "}" ? { type: "close" } : other;
    case "{": return line === "{" ? { type: "open" } : other;
    case "T": return /^TAP version \d+$/.test(line) ? { type: "version" } : other;
    case "b":
    case "B": return /^bail out!/i.test(line) ? { type: "bail" } : other;
    default: return readPlan(line);
  }
}

/** The time of a comment like `time=1723.3ms`, `time=2s` or node's `duration_ms 130.02`, in milliseconds; else null. */
export function timeOf(comment: string): number | null {
  const [, value, unit = "ms"] = /^(?:time=|duration_ms )(\d{1,15}(?:\.\d+)?)(ms|s)?$/i.exec(comment.trim()) ?? [];
  return value === undefined ? null : Number(value) * (unit.toLowerCase() === "s" ? 1e3 : 1);
}

function readComment(line: string): TapLine {
  const text = line.slice(1).trim();
  const [, name] = /^Subtest(?:: (.*))?$/s.exec(text) ?? [];
  return text.startsWith("Subtest") && (name !== undefined || text === "Subtest")
    ? { type: "subtest", text: unescape(name ?? "").trim() }
    : { type: "comment", text };
}

function readPlan(line: string): TapLine {
  const [, first, last] = /^(\d{1,15})\.\.(\d{1,15})\s*(?:#.*)?$/s.exec(line) ?? [];
  return first === undefined ? other : { type: "plan", tests: Math.max(0, Number(last) - Number(first) + 1) };
}

function readPoint(line: string): TapLine {
  const [found, not, rest = ""] = /^(not )?ok(?=\s|$)(.*)$/s.exec(line) ?? [];
  if (found === undefined) return other;
  const described = rest.replace(/^\s+\d+(?=\s|$)/, "").replace(/^\s+-(?=\s|$)/, "").trim();
  const opens = /(?:^|\s)\{$/.test(described);
  const whole = opens ? described.slice(0, -1).trimEnd() : described;
  // A hash that is part of the name is escaped, or follows no blank.
  const [directive = "", kind = ""] = /(?:^|\s)#\s*(todo|skip).*$/is.exec(whole) ?? [];
  const [timed = "", time = ""] = directive === "" ? (/(?:^|\s)#\s*(time=\S+|duration_ms \S+)$/i.exec(whole) ?? []) : [];
  const name = whole.slice(0, whole.length - directive.length - timed.length);
  return {
    type: "point",
    point: {
      ok: not === undefined,
      name: unescape(name).trim(),
      directive: kind === "" ? null : kind.toLowerCase() === "todo" ? "todo" : "skip",
      milliseconds: timeOf(time),
      opens,
    },
  };
}

function unescape(text: string): string {
  return text.replaceAll(/\\([#\\])/g, "$1");
}
