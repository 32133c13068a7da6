import { describe, expect, it } from "vitest";
import { readCi } from "../../src/gather/ci.ts";

describe("what CI says of its run", () => {
  it.each([
    ["nothing outside CI", {}, null, { url: null, actor: null, startedAt: null }],
    [
      "GitHub Actions",
      { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "https://git.example.org", GITHUB_REPOSITORY: "web/articles", GITHUB_RUN_ID: "42", GITHUB_ACTOR: "ada" },
      { repository: { pushed_at: 1795512164 } },
      { url: "https://git.example.org/web/articles/actions/runs/42", actor: "ada", startedAt: "2026-11-24T09:22:44Z" },
    ],
    ["GitHub with an event of another kind", { GITHUB_ACTIONS: "true" }, { repository: null }, { url: null, actor: null, startedAt: null }],
    [
      "GitLab CI",
      { GITLAB_CI: "true", CI_JOB_URL: "https://git.example.org/-/jobs/7", GITLAB_USER_NAME: "Lin Berg", CI_JOB_STARTED_AT: "2026-11-24T10:12:44+01:00" },
      null,
      { url: "https://git.example.org/-/jobs/7", actor: "Lin Berg", startedAt: "2026-11-24T09:12:44Z" },
    ],
    ["Jenkins", { BUILD_URL: "https://ci.example.org/job/1/" }, null, { url: "https://ci.example.org/job/1/", actor: null, startedAt: null }],
  ])("%s", (_case, environment, event, expected) => {
    expect(readCi(environment, event)).toEqual(expected);
  });
});
