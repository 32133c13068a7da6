import { type Addition, withAdditions, yamlLines } from "../config-edit.ts";
import type { Proposal } from "../gather/set-up-proposal.ts";

/** One key of the template: why it is there, and how it stands by default, commented out. */
interface Block {
  key: string | null;
  prose: string[];
  /** Lines that begin with `#`, and no space behind it. */
  code: string[];
}

/**
 * The text of a new configuration: every key of the template with its reason, in its order, what is proposed in its
 * place, and what is only guessed commented out.
 */
export function newConfig(template: string, proposals: readonly Proposal[]): string {
  return `${blocksOf(template).map((block) => blockText(block, proposals.filter(({ key }) => key === block.key)).join("\n")).join("\n\n")}\n`;
}

/** What of the proposals is sure and comes in new where a configuration stands; what somebody commented out stays out. */
export function amendedConfig(standing: string, template: string, proposals: readonly Proposal[]): { text: string; added: Addition[] } {
  return withAdditions(standing, proposals.filter((proposal) => proposal.sure && !isDeclined(proposal, standing, template)).map((proposal) => ({ ...proposal, why: comments(proposal.why, "").map((line) => line.slice(2)) })));
}

function isDeclined({ key, name }: Proposal, standing: string, template: string): boolean {
  const known = new Set(template.split("\n"));
  const word = (name ?? key).replace(/[^\w]/g, "\\$&");
  const pattern = new RegExp(`^\\s*#\\s*["']?${word}["']?\\s*:`);
  return standing.split(/\r?\n/).some((line) => pattern.test(line) && !known.has(line));
}

function blocksOf(template: string): Block[] {
  return template.trimEnd().split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph.split("\n");
    const code = lines.filter((line) => !isProse(line));
    return { key: /^#(\w+):/.exec(code[0] ?? "")?.[1] ?? null, prose: lines.filter(isProse), code };
  });
}

/** `# words`; a key that is commented out follows its `#` at once, or two spaces in. */
function isProse(line: string): boolean {
  return /^# (?! )/.test(line);
}

function blockText({ key, prose, code }: Block, proposals: readonly Proposal[]): string[] {
  const words = proposals.filter(({ value }) => value === undefined).flatMap(({ why }) => comments(why, ""));
  const values = proposals.filter(({ value }) => value !== undefined);
  const head = [...prose, ...words];
  if (key === null || values.length === 0) return [...head, ...code];
  const [whole] = values.filter(({ name }) => name === null);
  if (whole !== undefined) return [...head, ...comments(whole.why, ""), ...yamlLines(key, whole.value).map((line) => (whole.sure ? line : `#${line}`))];
  const isActive = values.some(({ sure }) => sure);
  const names = new Set(values.map(({ name }) => name));
  const entries = values.flatMap(({ name, value, why, sure }) => {
    const lines = yamlLines(name ?? "", value);
    return [...comments(why, isActive ? "  " : ""), ...lines.map((line) => (sure ? `  ${line}` : isActive ? `  #${line}` : `#  ${line}`))];
  });
  return [...head, isActive ? `${key}:` : `#${key}:`, ...entries, ...examples(code).filter(({ name }) => !names.has(name)).flatMap(({ lines }) => lines.map((line) => (isActive ? `  #${line.slice(3)}` : line)))];
}

/** Sentences as lines of comment. */
export function comments(sentences: readonly string[], indent: string): string[] {
  const lines: string[] = [];
  for (const sentence of sentences) {
    let line = `${indent}#`;
    for (const word of sentence.split(" ")) {
      if (line.length + word.length >= 120 && line.trim() !== "#") {
        lines.push(line);
        line = `${indent}#`;
      }
      line += ` ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

/** The entries of a mapping that stands commented out in the template. */
function examples(code: readonly string[]): { name: string; lines: string[] }[] {
  const entries: { name: string; lines: string[] }[] = [];
  for (const line of code.slice(1)) {
    const name = /^# {2}([\w-]+):/.exec(line)?.[1];
    if (name !== undefined) entries.push({ name, lines: [line] });
    else entries.at(-1)?.lines.push(line);
  }
  return entries;
}
