import { setUpOf } from "../gather/set-up.ts";
import { propose } from "../gather/set-up-proposal.ts";
import { openRepository, stateDirectory } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import { withLock } from "../state/lock.ts";
import { planWrites, type Write } from "../write/plan.ts";
import { agree, offer } from "./init-agree.ts";
import { configWith, requireRoot, standingConfig, writeAnd } from "./init-files.ts";
import { agreeToHook, type HookOutcome, placeHook } from "./init-hook.ts";
import { jobOf, policyOfCi } from "./init-job.ts";
import { foundIn, tellInit } from "./init-report.ts";
import { jobForgeOf, readInitRequest, whoRecords } from "./init-request.ts";

/**
 * `shipnote init`: looks at the repository, proposes a configuration and, where it is asked for, a job of CI, shows
 * them, writes what is agreed to, and puts the hook in place.
 */
export async function init(invocation: Invocation): Promise<number> {
  const { terminal, dryRun } = invocation;
  const request = readInitRequest(invocation);
  const repository = await openRepository(invocation.directory, invocation);
  const root = requireRoot(repository.workTree);
  const standing = await standingConfig(root, invocation.configFile);
  const setUp = await terminal.progress("Looking at the repository", setUpOf(repository));
  terminal.say(`Found: ${foundIn(setUp)}.`);
  const by = standing.by ?? (await whoRecords(invocation, request));
  const found = propose(setUp, by, standing.config);
  const { defaultBranch } = setUp.lines;
  const proposals = by === "hook" ? found : [...found, ...policyOfCi((await configWith(standing, found)).config, defaultBranch)];
  const { text, config, added } = await configWith(standing, proposals);
  const forge = await jobForgeOf(invocation, request, { setUp, by });
  const job = forge === null ? null : await jobOf(forge, { root, deliver: request.deliver, config, configPath: standing.path, defaultBranch });
  const writes: Write[] = [{ path: standing.path, content: text }, ...(job?.writes ?? [])];
  const offers = offer(root, (await planWrites([root], writes, { trusted: root })).writes);
  const agreed = await agree(invocation, request, offers);
  const hooked = dryRun ? { why: null } : await agreeToHook(invocation, repository, request.hook && by === "hook");
  const hook = dryRun ? null : await withLock(stateDirectory(repository), () => writeAnd(agreed, async (): Promise<HookOutcome> => (hooked === true ? placeHook(invocation) : { installed: false, ...hooked })));
  tellInit(invocation, {
    offers, agreed, hook, by, forge, setUp, proposals, isNew: standing.text === null, added, allow: job?.allow ?? [],
    notes: [
      ...(job?.notes ?? []),
      ...(request.by !== null && request.by !== by ? [`The configuration says record.by: ${by}, and values that stand are not changed: change it there.`] : []),
      ...(forge !== null && by === "hook" ? ["The configuration says record.by: hook. With the job, both would record: change it to ci."] : []),
    ],
  });
  return 0;
}
