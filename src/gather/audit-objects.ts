import { factsGit, type Repository } from "../git/repository.ts";

/**
 * The ids of objects by how they are named (`<commit>:<path>`, `<commit>^{tree}`), in one process; null for what is
 * not there.
 *
 * @returns null where a partial clone lacks one and so cannot tell
 */
export async function objectIds(repository: Repository, names: readonly string[]): Promise<Map<string, string | null> | null> {
  const asked = [...new Set(names)];
  if (asked.length === 0) return new Map();
  const { status, stdout } = await factsGit(repository, ["cat-file", "--batch-check=%(objectname)"], { input: `${asked.join("\n")}\n`, allow: [128] });
  if (status !== 0) return null;
  const lines = stdout.toString("utf8").split("\n");
  return new Map(asked.map((name, place) => {
    const line = lines[place] ?? "";
    return [name, /^[0-9a-f]{40,64}$/.test(line) ? line : null];
  }));
}

/** Makes a reader of many small questions: all that is asked until the event loop turns goes into one call. */
export function together<T>(ask: (questions: readonly string[]) => Promise<readonly T[]>): (questions: readonly string[]) => Promise<T[]> {
  let waiting: { questions: readonly string[]; answer: (all: Promise<readonly T[]>, from: number) => void }[] = [];
  const flush = (): void => {
    const asked = waiting;
    waiting = [];
    const all = ask(asked.flatMap(({ questions }) => questions));
    let from = 0;
    for (const { questions, answer } of asked) {
      answer(all, from);
      from += questions.length;
    }
  };
  return async (questions) => {
    if (questions.length === 0) return [];
    if (waiting.length === 0) setImmediate(flush);
    return new Promise((resolve, reject) => {
      waiting.push({ questions, answer: (all, from) => {
        all.then((answers) => resolve(answers.slice(from, from + questions.length)), reject);
      } });
    });
  };
}
