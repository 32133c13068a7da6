import { factsGit, type Repository } from "../git/repository.ts";

/** The commits that some tips descend from, in memory: ten thousand ranges are asked of one process. */
export interface History {
  has: (commit: string) => boolean;
  parents: (commit: string) => readonly string[];
  /** The commits of `to` that `from` does not reach; both have to be there. */
  between: (from: string | null, to: string) => Set<string>;
  /** What tells whether one of these commits reaches, or is, another. */
  reachedFrom: (tips: readonly string[]) => (commit: string) => boolean;
}

/** Reads the history below some commits; those that are not in the repository are passed over. */
export async function readHistory(repository: Repository, tips: readonly string[]): Promise<History> {
  const there = await presentCommits(repository, tips);
  const { stdout } = there.length === 0
    ? { stdout: Buffer.alloc(0) }
    : await factsGit(repository, ["rev-list", "--topo-order", "--parents", "--stdin"], { input: `${there.join("\n")}\n` });
  // Children come before their parents, so that a place in this list is an order to walk in.
  const rows = stdout.toString("latin1").split("\n").filter(Boolean).map((line) => line.split(" "));
  const ids = rows.map(([commit = ""]) => commit);
  const places = new Map(ids.map((commit, place) => [commit, place]));
  const parents = rows.map(([, ...above]) => above);
  const above = parents.map((list) => list.flatMap((parent) => places.get(parent) ?? []));
  return {
    has: (commit) => places.has(commit),
    parents: (commit) => parents[places.get(commit) ?? -1] ?? [],
    between: (from, to) => {
      const end = places.get(to);
      if (end === undefined) return new Set();
      const start = from === null ? undefined : places.get(from);
      return new Set(difference(above, end, start ?? null).map((place) => ids[place] ?? ""));
    },
    reachedFrom: (from) => {
      const reached = new Uint8Array(ids.length);
      const waiting = from.flatMap((tip) => places.get(tip) ?? []);
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (reached[next] === 1) continue;
        reached[next] = 1;
        waiting.push(...(above[next] ?? []));
      }
      return (commit) => reached[places.get(commit) ?? -1] === 1;
    },
  };
}

/** Those of the ids that are commits here. */
async function presentCommits(repository: Repository, ids: readonly string[]): Promise<string[]> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return [];
  const { stdout } = await factsGit(repository, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], { input: `${asked.join("\n")}\n`, allow: [128] });
  return stdout.toString("latin1").split("\n").flatMap((line) => (line.endsWith(" commit") ? [line.slice(0, -" commit".length)] : []));
}

const ours = 1;
const theirs = 2;

/**
 * The places that `end` reaches and `start` does not: both are followed down at once, the topmost place first, until
 * nothing is left that only `end` reaches. It costs what lies between them, not what lies below.
 */
function difference(above: readonly (readonly number[])[], end: number, start: number | null): number[] {
  const marks = new Map<number, number>();
  const queue = placeQueue();
  let open = 0;
  const mark = (place: number, side: number): void => {
    const before = marks.get(place);
    const now = (before ?? 0) | side;
    if (before === undefined) queue.add(place);
    if (before === undefined && now === ours) open += 1;
    if (before === ours && now !== ours) open -= 1;
    marks.set(place, now);
  };
  mark(end, ours);
  if (start !== null) mark(start, theirs);
  const found: number[] = [];
  while (open > 0) {
    const place = queue.take();
    const side = marks.get(place) ?? theirs;
    if (side === ours) {
      open -= 1;
      found.push(place);
    }
    for (const parent of above[place] ?? []) mark(parent, side);
  }
  return found;
}

/** A binary heap of places; `take` gives the smallest. */
function placeQueue(): { add: (place: number) => void; take: () => number } {
  const heap: number[] = [];
  return {
    add(place) {
      let at = heap.push(place) - 1;
      for (let parent = (at - 1) >> 1; at > 0 && (heap[parent] ?? 0) > place; parent = (at - 1) >> 1) {
        heap[at] = heap[parent] ?? 0;
        at = parent;
      }
      heap[at] = place;
    },
    take() {
      const first = heap[0] ?? 0;
      const last = heap.pop() ?? 0;
      if (heap.length === 0) return first;
      let at = 0;
      for (let child = 1; child < heap.length; child = 2 * at + 1) {
        if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
        if ((heap[child] ?? 0) >= last) break;
        heap[at] = heap[child] ?? 0;
        at = child;
      }
      heap[at] = last;
      return first;
    },
  };
}
