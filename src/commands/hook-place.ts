import { Failure } from "../failure.ts";
import { findHooks, type HookName, type HookPlace, installHooks, removeHooks, standingHooks, type StandingHook } from "../git/hooks.ts";
import type { Repository } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace } from "../workspace.ts";
import { hookScripts, packageRoot } from "./hook-scripts.ts";

const purposes: Readonly<Record<HookName, string>> = {
  "reference-transaction": "asks after a push has arrived",
  "pre-push": "says what to type when a tag is pushed",
  "post-merge": "asks after a pull of what was merged elsewhere",
};

/** `shipnote hook install`: puts the hooks in place, beside whatever is there. */
export async function installHook({ terminal, flags, ...invocation }: Invocation): Promise<number> {
  const { repository, config } = await openWorkspace(invocation);
  const place = await findHooks(repository);
  if (place.shared && !flags.on("shared")) {
    throw new Failure("hooks-shared", `The hooks in ${place.directory} are those of all your repositories (core.hooksPath in your own git configuration).`, {
      expected: "--shared, if every repository is to ask; or hooks of this repository's own: git config core.hooksPath .git/hooks",
      retry: true,
    });
  }
  const { "pre-push": prePush, ...others } = hookScripts(packageRoot(), { asksNothing: flags.on("pre-push-only") });
  const wanted = flags.on("pre-push-only") ? { "pre-push": prePush } : { "pre-push": prePush, ...others };
  if (invocation.dryRun) {
    terminal.result(`Would put ${Object.keys(wanted).join(", ")} into ${oneLine(place.directory)}. Nothing was changed.`);
    terminal.document({ status: "dry-run", directory: place.directory, hooks: Object.keys(wanted) });
    return 0;
  }
  const changed = installHooks(place, wanted);
  terminal.document({ status: changed.length === 0 ? "unchanged" : "installed", directory: place.directory, manager: place.manager, hooks: changed });
  if (changed.length === 0) terminal.result("unchanged: the hooks are in place");
  for (const name of changed) terminal.result(`installed ${name}: ${flags.on("pre-push-only") ? "says before a push how to record it" : purposes[name]}`);
  if (config.record.by === "ci") terminal.say("`record.by` is ci: the hooks say that CI records, and ask nothing.");
  if (!flags.on("pre-push-only")) terminal.say("They cost about 2 ms each time git calls them: 4 ms for a commit, 4 ms for each ref that a fetch brings.");
  const overwritten = place.manager === null || changed.every((name) => name === "reference-transaction") ? null : place.manager;
  if (overwritten !== null) terminal.say(`${overwritten} may write its hooks anew when it is installed again; \`shipnote hook status\` tells whether ours are still there.`);
  return 0;
}

/** `shipnote hook uninstall`: what was there before stands there again, byte for byte. */
export async function uninstallHook({ terminal, ...invocation }: Invocation): Promise<number> {
  const { repository } = await openWorkspace(invocation);
  const place = await findHooks(repository);
  if (invocation.dryRun) {
    const ours = standing(place).filter(({ state }) => state === "ours").map(({ name }) => name);
    terminal.result(ours.length === 0 ? "Nothing of ours is there." : `Would take away ${ours.join(", ")}. Nothing was changed.`);
    terminal.document({ status: "dry-run", directory: place.directory, hooks: ours });
    return 0;
  }
  const changed = removeHooks(place);
  terminal.document({ status: changed.length === 0 ? "unchanged" : "removed", directory: place.directory, hooks: changed });
  terminal.result(changed.length === 0 ? "unchanged: no hook of ours is there" : `took away ${changed.join(", ")}`);
  return 0;
}

/** `shipnote hook status`: which hooks are ours, whether they would run, and what is in the way. */
export async function hookStatus({ terminal, ...invocation }: Invocation): Promise<number> {
  const { repository, config } = await openWorkspace(invocation);
  const place = await findHooks(repository);
  const hooks = standing(place);
  const obstacles = [...hooks.flatMap(obstacleOf), ...surroundings(repository, hooks)];
  terminal.document({ directory: place.directory, manager: place.manager, recordBy: config.record.by, hooks, obstacles });
  terminal.result(`Hooks in ${oneLine(place.directory)}${place.manager === null ? "" : `, beside those of ${place.manager}`}:`);
  for (const { name, state, keeps } of hooks) {
    const what = state === "ours" ? `ours: ${purposes[name]}${keeps ? ", after the hook that was there" : ""}` : state === "other" ? "another's" : "none";
    terminal.result(`  ${name}: ${what}`);
  }
  for (const obstacle of obstacles) terminal.result(`In the way: ${obstacle}`);
  if (config.record.by === "ci") terminal.result("CI records what is pushed (`record.by`); the hooks say so and ask nothing.");
  return hooks.some(({ state }) => state === "ours") && obstacles.length === 0 ? 0 : 1;
}

function standing(place: HookPlace): StandingHook[] {
  return standingHooks(place, hookScripts(packageRoot(), { asksNothing: false }));
}

function obstacleOf({ name, state, executable, current, path }: StandingHook): string[] {
  if (state !== "ours") return [];
  if (!executable) return [`${name} may not be executed: chmod +x ${oneLine(path)}`];
  return current ? [] : [`${name} is of another version, or of a shipnote elsewhere: shipnote hook install`];
}

/** What keeps the hooks that are there from seeing a push. */
function surroundings({ config }: Repository, hooks: readonly StandingHook[]): string[] {
  if (hooks.every(({ state }) => state !== "ours")) return ["no hook of ours is installed: shipnote hook install"];
  const logs = config.get("core.logallrefupdates")?.at(-1);
  return [
    ...(logs === "false" ? ["core.logAllRefUpdates is off, and the log of a remote's branch is what tells a push: git config core.logAllRefUpdates true"] : []),
    ...(config.get("extensions.refstorage")?.at(-1) === "reftable" ? ["refs are kept as reftable, whose logs the hook cannot read"] : []),
  ];
}
