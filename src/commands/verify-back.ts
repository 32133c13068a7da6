import { readFacts } from "../archive/read.ts";
import { validateOutcome, validateRecord } from "../archive/validate.ts";
import { splitConflict } from "../document/conflict.ts";
import { damageIn, holdsMore } from "../document/damage.ts";
import { readFrontMatter } from "../document/front-matter.ts";
import type { Repository } from "../git/repository.ts";
import { commitsByPath, blobsAt } from "../git/versions.ts";
import { isAsWritten, plotDigest } from "../record/facts-digest.ts";
import type { Finding } from "../record/finding.ts";
import { shellWord } from "../rollback/undo.ts";

/** A file that git may have as it should be. */
export interface Back {
  /** Relative to the repository's root. */
  path: string;
  /** What is asked of its versions, told from what else is asked of the same file's. */
  key: string;
  /** null where there is none. */
  standing: string | null;
  /** Whether a version of it is one to go back to. */
  isWhole: (text: string) => boolean | Promise<boolean>;
  /** Whether going back to a version would throw words of people's away. */
  loses: (text: string) => boolean;
}

/** A finding that is best mended by taking a file back from git, if git has it; `mend` is for where git has not. */
export type Found = Finding & { back: Back | null };

/**
 * @param path of record.json, relative to the repository's root
 * @param wrong the way to a value that has to be another
 */
export function factsBack(id: string, path: string, standing: string | null, wrong: Way | null = null): Back {
  const isWhole = (text: string): boolean => {
    const facts = readFacts(text, id);
    const checked = "problem" in facts ? facts : validateRecord(facts.value);
    if ("problem" in checked || isAsWritten(checked.value) === false) return false;
    return wrong === null || standing === null || valueAt(text, wrong) !== valueAt(standing, wrong);
  };
  return { path, key: `${path} ${wrong?.join(" ") ?? ""}`, standing, isWhole, loses: () => false };
}

type Way = readonly (string | number)[];

/** As JSON; undefined where the way leads nowhere. */
function valueAt(text: string, way: Way): string | undefined {
  let value: unknown = JSON.parse(text);
  for (const step of way) value = typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === String(step))?.[1] : undefined;
  return JSON.stringify(value);
}

/** @param path of outcome.json, relative to the repository's root */
export function outcomeBack(id: string, path: string): Back {
  const isWhole = (text: string): boolean => {
    try {
      return "value" in validateOutcome(JSON.parse(text), id);
    } catch {
      return false;
    }
  };
  return { path, key: path, standing: null, isWhole, loses: () => false };
}

/**
 * @param path of a record's markdown, relative to the repository's root
 * @param regions the names of those that the record has, where that is known
 */
export function markdownBack(id: string, path: string, standing: string | null, regions: readonly string[] = []): Back {
  const isWhole = async (text: string): Promise<boolean> => {
    try {
      const front = await readFrontMatter(text);
      return (front === null || front.id === id) && splitConflict(text) === null && (await damageIn(text, id, regions)) === null;
    } catch {
      return false;
    }
  };
  return { path, key: path, standing, isWhole, loses: (text) => standing !== null && holdsMore(standing, text) };
}

/** @param path of a plot, relative to the repository's root */
export function plotBack(path: string, digest: string): Back {
  return { path, key: path, standing: null, isWhole: (text) => plotDigest(text) === digest, loses: () => false };
}

/** So many versions of a file are looked at for one to go back to. */
const mostVersions = 50;

/** Findings with what mends them: where git has a version of the file to go back to, the newest such. */
export async function withMends(repository: Repository, found: readonly Found[]): Promise<Finding[]> {
  const asked = new Map(found.flatMap(({ back }) => (back === null ? [] : [[back.key, back] as const])));
  const versions = await lastWhole(repository, [...asked.values()]);
  return found.map(({ back, mend, ...finding }) => {
    const version = back === null ? undefined : versions.get(back.key);
    return { ...finding, mend: back === null || version === undefined ? mend : goingBack(back, version) };
  });
}

interface Version {
  /** What git checks it out of. */
  revision: string;
  text: string;
}

function goingBack({ path, loses }: Back, { revision, text }: Version): string {
  return loses(text) ? `git diff ${revision} -- ${shellWord(path)}` : `git checkout ${revision} -- ${shellWord(path)}`;
}

/** The newest whole version of each file that is not what stands: HEAD's as a rule, so that one process tells. */
async function lastWhole(repository: Repository, files: readonly Back[]): Promise<Map<string, Version>> {
  const found = new Map<string, Version>();
  const { head } = repository;
  if (head === null || files.length === 0) return found;
  const look = async (named: readonly { file: Back; commit: string; revision: string }[]): Promise<void> => {
    const texts = await blobsAt(repository, named.map(({ file, commit }) => `${commit}:${file.path}`));
    for (const { file, commit, revision } of named) {
      const text = texts.get(`${commit}:${file.path}`)?.toString("utf8").replaceAll("\r\n", "\n");
      if (text === undefined || text === file.standing?.replaceAll("\r\n", "\n")) continue;
      if (await file.isWhole(text)) found.set(file.key, { revision, text });
    }
  };
  await look(files.map((file) => ({ file, commit: head, revision: "HEAD" })));
  const open = (): Back[] => files.filter(({ key }) => !found.has(key));
  if (open().length === 0) return found;
  const commits = await commitsByPath(repository, open().map(({ path }) => path));
  for (let place = 0; place < mostVersions && open().some(({ path }) => commits.get(path)?.[place] !== undefined); place += 1) {
    await look(open().flatMap((file) => {
      const commit = commits.get(file.path)?.[place];
      return commit === undefined ? [] : [{ file, commit, revision: commit.slice(0, 12) }];
    }));
  }
  return found;
}
