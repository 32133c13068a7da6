import { describe, expect, it } from "vitest";
import { ciShip } from "../../src/gather/ci-ship.ts";

const [a, b, c] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)];
const zeros = "0".repeat(40);
const github = (name: string, more: Record<string, string> = {}) => ({ GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: name, GITHUB_SHA: b, ...more });
const gitlab = (source: string, more: Record<string, string> = {}) => ({ GITLAB_CI: "true", CI_PIPELINE_SOURCE: source, CI_COMMIT_SHA: b, CI_COMMIT_BEFORE_SHA: zeros, ...more });

describe("what a CI run ships", () => {
  it.each<[string, Record<string, string>, unknown, { from: string | null; to: string; merged?: string } | null]>([
    ["nothing outside CI", { CI_COMMIT_SHA: b }, null, null],
    ["GitHub: a push", github("push"), { before: a, after: b, forced: false }, { from: a, to: b }],
    ["GitHub: a push of a new branch, or of a tag", github("push"), { before: zeros, after: b, created: true }, { from: null, to: b }],
    ["GitHub: a push whose event cannot be read", github("push"), null, { from: null, to: b }],
    ["GitHub: a push that deletes", github("push", { GITHUB_SHA: zeros }), { before: a, after: zeros, deleted: true }, null],
    ["GitHub: a pull request, merged as a try onto a base that may be newer than the event's", github("pull_request"), { pull_request: { base: { sha: a }, head: { sha: c } } }, { from: null, to: b, merged: c }],
    ["GitHub: one of a fork, at its base", github("pull_request_target"), { pull_request: { base: { sha: a }, head: { sha: c, repo: { fork: true } } } }, { from: null, to: b, merged: c }],
    ["GitHub: one whose head is not said", github("pull_request"), { pull_request: { base: { sha: a } } }, { from: null, to: b }],
    ["Gitea: a pull request, at its head", github("pull_request"), { pull_request: { base: { sha: a }, head: { sha: b } } }, { from: a, to: b, merged: b }],
    ["GitHub: the merge queue", github("merge_group"), { merge_group: { base_sha: a, head_sha: b } }, { from: a, to: b }],
    ["GitHub: a schedule, or started by hand", github("workflow_dispatch"), { inputs: {} }, { from: null, to: b }],
    ["GitHub: a deleted branch", github("delete"), { ref: "x" }, null],
    ["GitHub: values of other kinds", github("push"), { before: 12, after: ["x"] }, { from: null, to: b }],
    ["GitHub: what is no commit's id", github("push"), { before: "--upload-pack=x" }, { from: null, to: b }],
    ["GitLab: a push", gitlab("push", { CI_COMMIT_BEFORE_SHA: a }), null, { from: a, to: b }],
    ["GitLab: the first push of a branch", gitlab("push"), null, { from: null, to: b }],
    ["GitLab: a tag", gitlab("push", { CI_COMMIT_BEFORE_SHA: a, CI_COMMIT_TAG: "v1" }), null, { from: null, to: b }],
    ["GitLab: a merge request", gitlab("merge_request_event", { CI_MERGE_REQUEST_DIFF_BASE_SHA: a }), null, { from: a, to: b }],
    ["GitLab: one at its branch", gitlab("merge_request_event", { CI_MERGE_REQUEST_DIFF_BASE_SHA: a, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: "" }), null, { from: a, to: b }],
    ["GitLab: one merged as a try", gitlab("merge_request_event", { CI_MERGE_REQUEST_DIFF_BASE_SHA: c, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: a }), null, { from: a, to: b }],
    ["GitLab: a schedule, which repeats what was before", gitlab("schedule", { CI_COMMIT_BEFORE_SHA: a }), null, { from: null, to: b }],
    ["Drone", { DRONE: "true", DRONE_COMMIT_BEFORE: a, DRONE_COMMIT_AFTER: b }, null, { from: a, to: b }],
    ["Woodpecker", { CI_SYSTEM_NAME: "woodpecker", CI_PREV_COMMIT_SHA: a, CI_COMMIT_SHA: b }, null, { from: a, to: b }],
    ["Travis", { TRAVIS: "true", TRAVIS_COMMIT_RANGE: `${a}...${b}`, TRAVIS_COMMIT: b }, null, { from: a, to: b }],
    ["Travis, abbreviated", { TRAVIS: "true", TRAVIS_COMMIT_RANGE: `${a.slice(0, 12)}...${b.slice(0, 12)}`, TRAVIS_COMMIT: b }, null, { from: a.slice(0, 12), to: b }],
    ["Travis, of the first push of a branch", { TRAVIS: "true", TRAVIS_COMMIT_RANGE: "", TRAVIS_COMMIT: b }, null, { from: null, to: b }],
    ["Travis, with two dots", { TRAVIS: "true", TRAVIS_COMMIT_RANGE: `${a.slice(0, 7)}..${b}`, TRAVIS_COMMIT: b }, null, { from: a.slice(0, 7), to: b }],
    ["Travis, with what is no id", { TRAVIS: "true", TRAVIS_COMMIT_RANGE: "main...topic", TRAVIS_COMMIT: b }, null, { from: null, to: b }],
    ["Jenkins", { JENKINS_URL: "https://ci.example.org/", GIT_PREVIOUS_SUCCESSFUL_COMMIT: a, GIT_COMMIT: b }, null, { from: a, to: b }],
    ["CircleCI", { CIRCLECI: "true", CIRCLE_SHA1: b }, null, { from: null, to: b }],
    ["Buildkite, whose commit may be a name", { BUILDKITE: "true", BUILDKITE_COMMIT: "HEAD" }, null, null],
    ["Bitbucket", { BITBUCKET_COMMIT: b }, null, { from: null, to: b }],
    ["Azure", { TF_BUILD: "True", BUILD_SOURCEVERSION: b }, null, { from: null, to: b }],
  ])("%s", (_case, variables, event, expected) => {
    expect(ciShip(variables, event)).toEqual(expected === null ? null : { ...expected, source: "ci" });
  });
});
