import { listRecords } from "../archive/read.ts";
import { forgeOf } from "../gather/forge.ts";
import { recordingJobs } from "../gather/ci-jobs.ts";
import type { Found, SetUp } from "./doctor-finding.ts";

/** Whether just one of the two, the hook or CI, writes the record of a push. */
export function examineCi({ workspace: { repository, config }, notesDirectory, configFile }: SetUp): Found[] {
  if (repository.workTree === null) return [];
  const [job] = recordingJobs(repository.workTree);
  const file = configFile ?? "shipnote.config.yaml";
  if (config.record.by === "hook" && job !== undefined) {
    return [{
      code: "recorded-twice", level: "problem",
      message: `${job.path}:${job.line} records a push, and so does the hook (\`record.by\` is hook): there would be two records of each ship.`,
      mend: `say \`record: { by: ci }\` in ${file}, or take the job out of ${job.path}`,
    }];
  }
  if (config.record.by === "hook" || job !== undefined) return [];
  // A job may be configured elsewhere: then there are records that it wrote.
  const records = notesDirectory === null ? [] : listRecords(notesDirectory, ({ actor }) => actor.ci !== null).rows;
  if (records.includes(true)) return [];
  const kind = forgeOf(repository.config.get("remote.origin.url")?.at(-1) ?? null, config.forge)?.kind ?? null;
  return [{
    code: "ci-job-missing", level: "problem",
    message: "CI is to record what is pushed (`record.by` is ci), and no job of it calls `shipnote record`: nobody records.",
    mend: `shipnote init --ci ${kind === "github" || kind === "gitlab" ? kind : "other"}`,
  }];
}
