import type { Repository } from "../git/repository.ts";
import { factsGit } from "../git/repository.ts";
import type { Contributor } from "../record/schema.ts";

/** Somebody a commit names. */
export interface Person {
  name: string;
  email: string;
}

/** What {@link contributorsOf} needs to know of a commit. */
export interface Authored {
  author: string;
  authorEmail: string;
  coAuthors: readonly Person[];
}

/**
 * Accounts that are programs though nothing in their name says so, in lower case: whole names, or whole addresses.
 * Beside these, `…[bot]`, `…-bot`, `… (bot)` and their kin are known by their form.
 */
const programs = new Set([
  "allcontributors", "bors", "codecov", "cursor agent", "dependabot", "dependabot-preview",
  "devin ai", "github actions", "github action", "github-actions", "gitlab ci", "greenkeeper", "homu", "imgbot",
  "jenkins", "mergify", "pre-commit-ci", "renovate", "renovatebot", "scala steward", "semantic-release", "snyk",
  "transifex", "travis ci", "weblate",
  "actions@github.com", "action@github.com", "bot@renovateapp.com", "copilot@github.com", "cursoragent@cursor.com",
  "hosted@weblate.org", "noreply@anthropic.com", "support@dependabot.com",
]);

/** Whether a commit's author is a program. */
export function isBot({ name, email }: Person): boolean {
  const who = name.trim().toLowerCase();
  const address = email.trim().toLowerCase();
  const mailbox = address.slice(0, Math.max(0, address.lastIndexOf("@")));
  return (
    programs.has(who) || programs.has(address)
    // No word boundary before `bot` but a mark: Abbot, Talbot and Jan Bot are people.
    || /(?:\[bot\]|\(bot\)|[-_]bot|[-_]robot)$/.test(who)
    || /(?:\[bot\]|[-_.+]bot|\+copilot)$/.test(mailbox)
    // GitLab's access tokens: group_12_bot_ab34@noreply.…
    || /^(?:project|group)_\d+_bot(?:_|\d|$)/.test(mailbox)
  );
}

/** The people of `Co-authored-by` values (`Name <address>`); what has another form names nobody. */
export function parsePeople(values: readonly string[]): Person[] {
  return values.flatMap((value) => {
    const open = value.lastIndexOf("<");
    const close = value.indexOf(">", open);
    const name = value.slice(0, Math.max(0, open)).trim();
    if (open === -1 || close === -1 || name === "") return [];
    return [{ name, email: value.slice(open + 1, close).trim() }];
  });
}

/** Gives the people of trailers the names that the .mailmap at a commit has for them; git itself does so for authors only. */
export async function mapPeople(repository: Repository, people: readonly Person[], at: string): Promise<Person[]> {
  if (people.length === 0) return [];
  const input = people.map(({ name, email }) => `${name} <${email}>\n`).join("");
  const { stdout } = await factsGit(repository, ["check-mailmap", "--stdin"], { mailmapAt: at, input, allow: [128] });
  const mapped = parsePeople(stdout.toString("utf8").split("\n"));
  // git stops at a person it cannot read (128), and answers one line for each that it can.
  return mapped.length === people.length ? mapped : [...people];
}

/**
 * Who made the commits: authors and co-authors, each counted once a commit; people first, then bots,
 * by count, then name. One address is one person (under the newest name), and so is one name.
 *
 * @param commits newest first
 */
export function contributorsOf(commits: readonly Authored[]): Contributor[] {
  const nameOf = new Map<string, string>();
  const known = new Map<string, Contributor>();
  for (const { author, authorEmail, coAuthors } of commits) {
    const names = new Map<string, Person>();
    for (const person of [{ name: author, email: authorEmail }, ...coAuthors]) {
      const address = person.email.toLowerCase();
      const name = (address === "" ? undefined : nameOf.get(address)) ?? person.name;
      nameOf.set(address, name);
      if (!names.has(name)) names.set(name, person);
    }
    for (const [name, person] of names) {
      const contributor = known.get(name);
      if (contributor === undefined) known.set(name, { name, commits: 1, bot: isBot(person) });
      else contributor.commits += 1;
    }
  }
  return [...known.values()].sort(
    (a, b) => Number(a.bot) - Number(b.bot) || b.commits - a.commits || (a.name < b.name ? -1 : 1),
  );
}
