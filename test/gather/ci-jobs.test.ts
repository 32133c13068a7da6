import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { recordingJobs } from "../../src/gather/ci-jobs.ts";

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function jobsOf(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), "shipnote-ci-"));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return recordingJobs(root).map(({ path, line }) => `${path}:${line}`);
}

describe("recordingJobs", () => {
  it.each<[path: string, line: string]>([
    [".github/workflows/a.yml", "      - run: npx shipnote record --yes"],
    [".github/workflows/a.yaml", "        npx --yes shipnote@1.2.0 record"],
    [".gitlab-ci.yml", "    - shipnote -C site record --env production"],
    [".circleci/config.yml", "      command: node_modules/.bin/shipnote record"],
    [".gitlab-ci.yml", "    - npm exec -- shipnote -q record"],
    [".gitlab/ci/shipnote.gitlab-ci.yml", "    - npx --yes shipnote record --yes"],
    ["ci/shipnote.sh", "npx --yes shipnote record --yes"],
    ["Jenkinsfile", "  sh 'npx shipnote record --yes'"],
  ])("%s: %s", (path, line) => {
    expect(jobsOf({ [path]: `on: push\n${line}\n` })).toEqual([`${path}:2`]);
  });

  it.each(["# - run: shipnote record", "shipnote verify", "npm install shipnote && npm run record", "shipnote run -- make record", "echo shipnote; record it"])("knows that this records nothing: %s", (line) => {
    expect(jobsOf({ ".github/workflows/a.yml": `${line}\n` })).toEqual([]);
  });

  it("looks where CI looks, and nowhere else", () => {
    expect(jobsOf({ "docs/ci.yml": "shipnote record\n", ".github/workflows/readme.md": "shipnote record\n", "README.md": "shipnote record\n" })).toEqual([]);
  });
});
