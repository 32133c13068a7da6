import { describe, expect, it } from "vitest";
import { gitlabJob, stageBeside, withInclude } from "../../src/commands/init-ci-gitlab.ts";

const include = `include:\n  - local: ${gitlabJob}\n`;

describe("the stage of the job", () => {
  it.each<[pipeline: string, standing: string | null, stage: string | null, isSure: boolean]>([
    ["none", null, null, true],
    ["none but with the job itself", include, null, true],
    ["one whose jobs run for each push", "test:\n  script: [make]\n", ".post", true],
    ["one, and the job itself", `${include}test:\n  script: [make]\n`, ".post", true],
    ["one of several that runs for each push", "stages: [a, b]\nx: { stage: a, script: [x], rules: [{ if: $X }] }\ny: { stage: b, script: [y] }\n", ".post", true],
    ["jobs for merge requests only", 'stages: [check, ship]\nlint:\n  stage: check\n  script: [make]\n  rules: [{ if: $CI_PIPELINE_SOURCE == "merge_request_event" }]\n', "ship", true],
    ["such jobs in the usual stages", "lint: { script: [make], only: [merge_requests] }\n", "deploy", true],
    ["jobs made from what may have rules", ".mr: { rules: [{ if: $X }] }\nlint: { extends: .mr, script: [make] }\n", "deploy", true],
    ["jobs in no stage of its own", "lint: { stage: .pre, script: [make] }\n", "deploy", true],
    ["what another file includes", "include: [{ template: Auto-DevOps.gitlab-ci.yml }]\n", ".post", false],
    ["what another file includes, in stages of its own", "stages: [a, b, .post]\ninclude: /ci/jobs.yml\n", "b", true],
    ["a header", "spec:\n  inputs:\n    x: { default: y }\n---\nstages: [a, b]\nx: { stage: a, script: [make], rules: [{ if: $X }] }\n", "b", true],
    ["tags that only GitLab knows", "stages: [a, b]\nx:\n  stage: a\n  script: !reference [.y, script]\n", ".post", true],
    ["no YAML", "a: [\n", ".post", false],
  ])("in a pipeline with %s", (_, standing, name, isSure) => {
    expect(stageBeside(standing)).toEqual({ name, isSure });
  });
});

describe("the include of the job", () => {
  it.each<[where: string, standing: string, expected: string | null]>([
    ["on top, behind remarks", "# ours\nstages: [a]\n", `# ours\n${include}\nstages: [a]\n`],
    ["behind the begin of the document", "# ours\n---\n# more\nstages: [a]\n", `# ours\n---\n${include}\n# more\nstages: [a]\n`],
    ["behind a header", "spec:\n  inputs:\n    x:\n--- # the jobs\nstages: [a]\n", `spec:\n  inputs:\n    x:\n--- # the jobs\n${include}\nstages: [a]\n`],
    ["in a list behind a header", "spec:\n  inputs:\n    x:\n---\r\ninclude:\r\n  # one\r\n  - local: a.yml\r\n", `spec:\n  inputs:\n    x:\n---\r\ninclude:\r\n  - local: ${gitlabJob}\n  # one\r\n  - local: a.yml\r\n`],
    ["nowhere in a list that is not plain", "include: a.yml\n", null],
    ["once", `${include}x: {}\n`, `${include}x: {}\n`],
  ])("stands %s", (_, standing, expected) => {
    expect(withInclude(standing)).toBe(expected);
  });
});
