import { readFileSync } from "node:fs";
import { newConfig } from "../../src/commands/init-config.ts";
import { type Config, defaultConfig } from "../../src/config.ts";
import { parseConfig } from "../../src/config-problems.ts";
import { openRepository } from "../../src/git/repository.ts";
import { propose } from "../../src/gather/set-up-proposal.ts";
import { type SetUp, setUpOf } from "../../src/gather/set-up.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

const made: Fixture[] = [];

/** Removes every repository that was made here; for afterEach. */
export function removeMade(): void {
  made.splice(0).forEach((fixture) => fixture.remove());
}

export const template = readFileSync(new URL("../../templates/config.yaml", import.meta.url), "utf8");

export type Files = Record<string, string>;

/** What a repository with these files shows. */
export async function look(files: Files, prepare: (fixture: Fixture) => void = () => undefined): Promise<SetUp> {
  const fixture = makeRepository();
  made.push(fixture);
  fixture.commit("Begin", files);
  prepare(fixture);
  return setUpOf(await openRepository(fixture.directory, { named: true }));
}

/** What is proposed under a key, by its name. */
export async function proposed(key: string, files: Files, prepare?: (fixture: Fixture) => void, standing: Config = defaultConfig): Promise<Record<string, { value: unknown; sure: boolean }>> {
  const all = propose(await look(files, prepare), "hook", standing);
  const { problems } = parseConfig(newConfig(template, all));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return Object.fromEntries(all.filter((one) => one.key === key && one.value !== undefined).map(({ name, value, sure }) => [name ?? key, { value, sure }]));
}

export const manifest = (fields: object): string => JSON.stringify(fields);

/** A workflow of GitHub's, with its `on:` as lines, and jobs of these names. */
export function workflow(name: string, on: string, jobs: readonly string[] = ["one"]): string {
  return `name: ${name}\non:\n${on}jobs:\n${jobs.map((job) => `  ${job}:\n    runs-on: ubuntu-latest\n    steps: [{ run: 'true' }]\n`).join("")}`;
}
