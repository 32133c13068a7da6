import type { ChangeRecord } from "./schema.ts";

/** What `policy` may demand of a record. */
export type Requirement = "reason" | "expected" | "rollback" | "ticket" | "rehearsal" | "review" | "backup";

/** Which prose stands in the record's markdown. */
export interface WrittenProse {
  /** A quotation of the commits is no reason. */
  why: boolean;
  expected: boolean;
  rollback: boolean;
}

/** A requirement that a record does not meet. */
export interface Shortcoming {
  rule: Requirement;
  message: string;
  /** The level-2 section of the markdown in which it would show; null: the summary. */
  section: string | null;
  /** What mends it. */
  mend: string;
}

interface Rule {
  isMet: (record: ChangeRecord, written: WrittenProse) => boolean;
  message: string;
  section: string | null;
  mend: (id: string) => string;
}

const rules: Readonly<Record<Requirement, Rule>> = {
  reason: {
    isMet: (_record, { why }) => why,
    message: "no reason is written down",
    section: "Why",
    mend: (id) => `shipnote record --id ${id} --reason '…'`,
  },
  expected: {
    isMet: (_record, { expected }) => expected,
    message: "no expected result is written down",
    section: "Expected result",
    mend: (id) => `shipnote record --id ${id} --expected '…'`,
  },
  rollback: {
    isMet: (_record, { rollback }) => rollback,
    message: "nothing is written down about undoing it",
    section: "Rollback",
    mend: (id) => `shipnote record --id ${id} --rollback '…'`,
  },
  ticket: {
    isMet: ({ references }) => references.some(({ kind }) => kind !== "pull-request"),
    message: "its commits name no ticket and no issue",
    section: null,
    mend: (id) => excusing(id, "ticket"),
  },
  rehearsal: {
    isMet: ({ rollback: { rehearsal } }) => rehearsal?.status === "clean",
    message: "undoing it was not rehearsed, or failed",
    section: "Rollback",
    mend: (id) => excusing(id, "rehearsal"),
  },
  review: {
    isMet: ({ approvals }) => approvals.some(({ who }) => !isPlaceholder(who)),
    message: "nobody approved it",
    section: null,
    mend: (id) => `shipnote record --id ${id} --approved-by WHO`,
  },
  backup: {
    isMet: ({ commands }) => commands.some(({ kind, source, state, exitCode }) => kind === "backup" && source === "captured" && state === "ended" && exitCode === 0),
    message: "no backup that succeeded was captured",
    section: "Commands",
    mend: (id) => excusing(id, "backup"),
  },
};

/** Whether words are only what stands in place of words: nothing but signs, as a mend that was pasted as it stood leaves them. */
export function isPlaceholder(words: string): boolean {
  return words.trim() === "WHO" || !/[\p{L}\p{N}]/u.test(words);
}

function excusing(id: string, rule: Requirement): string {
  return `shipnote record --id ${id} --exception ${rule}='…'`;
}

/** All requirements, in their order. */
export const requirements = Object.keys(rules).filter(isRequirement);

export function isRequirement(word: string): word is Requirement {
  return Object.hasOwn(rules, word);
}

/**
 * A record against what its environment's policy requires. What an exception in the record excuses, with its reason, is
 * no shortcoming.
 */
export function judgePolicy(record: ChangeRecord, written: WrittenProse, required: readonly Requirement[]): Shortcoming[] {
  const excused = new Set(record.exceptions.filter(({ reason }) => !isPlaceholder(reason)).map(({ rule }) => rule));
  return required.flatMap((rule): Shortcoming[] => {
    const { isMet, message, section, mend } = rules[rule];
    return excused.has(rule) || isMet(record, written) ? [] : [{ rule, message, section, mend: mend(record.id) }];
  });
}
