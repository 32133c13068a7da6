import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Config } from "../config.ts";
import { errorCode } from "../failure.ts";
import type { Proposal } from "../gather/set-up-proposal.ts";
import { shipLines } from "../gather/set-up-ships.ts";
import { version } from "../version.ts";
import type { Write } from "../write/plan.ts";
import { type Delivery, type JobForge, jobFiles, jobTemplates, jobText } from "./init-ci.ts";
import { stageBeside, withInclude } from "./init-ci-gitlab.ts";
import { readTemplate } from "./init-files.ts";

/** How long a record may take to be merged. */
const grace = "24h";

/** Where CI records: that a record which comes behind its push is not called missing at once. */
export function policyOfCi(config: Config, defaultBranch: string | null): Proposal[] {
  const why = [
    "A job writes the record, and people merge it: until then `shipnote verify` does not call it missing.",
    "With require: [reason, expected, rollback] beside it, it demands that these are written, too.",
  ];
  return shipLines(config, defaultBranch).map(({ environment }, place) => ({ key: "policy", name: environment, value: { grace }, why: place === 0 ? why : [], sure: true }));
}

/** What no file can grant: people have to, in the forge's settings. */
function allowed(forge: JobForge, deliver: Delivery): string[] {
  if (forge === "github" && deliver === "pull-request") {
    return ["The job opens pull requests once you let it: Settings, Actions, General, 'Allow GitHub Actions to create and approve pull requests'."];
  }
  if (forge === "gitlab" && (deliver === "pull-request" || deliver === "commit")) {
    return ["The job pushes once it may: a project access token with write_repository, in Settings, CI/CD, Variables as SHIPNOTE_TOKEN, masked and protected."];
  }
  return [];
}

/** The files of a forge's job, what is to be said of them, and what people have to allow. */
export async function jobOf(
  forge: JobForge,
  { root, deliver, config, configPath, defaultBranch }: { root: string; deliver: Delivery; config: Config; configPath: string; defaultBranch: string | null },
): Promise<{ writes: Write[]; notes: string[]; allow: string[] }> {
  const pipeline = join(root, ".gitlab-ci.yml");
  const standing = forge === "gitlab" ? await readIfThere(pipeline) : null;
  const stage = stageBeside(standing);
  const include = forge === "gitlab" ? withInclude(standing) : null;
  const named = relative(root, configPath).replaceAll(sep, "/");
  const content = jobText(readTemplate(jobTemplates[forge]), {
    forge, deliver, config, configFile: /^shipnote\.config\.(?:ya?ml|json)$/.test(named) ? null : named, defaultBranch, version, stage: stage.name,
  });
  return {
    writes: [{ path: join(root, jobFiles[forge]), content }, ...(include === null ? [] : [{ path: pipeline, content: include }])],
    allow: allowed(forge, deliver),
    notes: [
      ...(forge === "gitlab" && include === null ? [`.gitlab-ci.yml has an \`include\` that is not a plain list. Add to it: local: ${jobFiles.gitlab}`] : []),
      ...(stage.isSure ? [] : [`Nothing in .gitlab-ci.yml itself shows a job that runs for each push, and of jobs in .post alone GitLab makes no pipeline: if there is none, give change-record in ${jobFiles.gitlab} another stage.`]),
    ],
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
