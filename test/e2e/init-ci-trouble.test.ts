import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Forge, type JobRun, makeForge, type Push, runGithub, runGitlab, runOther } from "./ci-rig.ts";
import { removeAll } from "./life.ts";

afterAll(removeAll);

interface Started {
  forge: Forge;
  push: Push;
  told: { stderr: string; allow: string[] };
}

/** A repository whose job is written and pushed, and what `init` said of it; then a ship. */
function started(...job: string[]): Started {
  const forge = makeForge({ "a.txt": "1\n", "shipnote.config.yaml": "record: { by: ci }\n" });
  const { allow } = JSON.parse(forge.life.call(["init", "-y", "--no-hook", "--dry-run", "--json", "--ci", ...job]).stdout) as { allow: string[] };
  const { status, stderr } = forge.life.call(["init", "-y", "--no-hook", "--ci", ...job]);
  expect(status, `it said: ${stderr}`).toBe(0);
  forge.life.commit("Set shipnote up");
  forge.push("HEAD:refs/heads/main");
  forge.life.commit("Widen the cache", { "a.txt": "2\n" });
  return { forge, push: forge.push("HEAD:refs/heads/main"), told: { stderr, allow } };
}

describe.each<[string, (forge: Forge, push: Push) => JobRun | null]>([
  ["github", runGithub],
  ["gitlab", runGitlab],
  ["other", (forge, { before, after }) => runOther(forge, { DRONE: "true", DRONE_BRANCH: "main", DRONE_COMMIT_BEFORE: before, DRONE_COMMIT_AFTER: after })],
])("the job for %s", (name, run) => {
  it("ends where git fails, and takes a missing folder alone for no records yet", () => {
    const { forge, push } = started(name, "--deliver", "commit");
    const first = run(forge, push);
    expect(first?.output).toContain("No records yet.");
    expect(Object.values(first?.steps ?? {}).every((status) => status === 0), `it said: ${first?.output}`).toBe(true);
    const refs = forge.refs();
    for (const broken of ["ls-tree", "restore"]) {
      const git = join(forge.folder, "bin", "git");
      writeFileSync(git, `#!/bin/sh\ncase $1 in ${broken}) echo "fatal: the disk is on fire" >&2; exit 128 ;; esac\nPATH=\${PATH#*:} exec git "$@"\n`, { mode: 0o755 });
      const failed = run(forge, push);
      writeFileSync(git, '#!/bin/sh\nPATH=${PATH#*:} exec git "$@"\n');
      expect(Object.values(failed?.steps ?? {})[0]).toBe(128);
      expect(failed?.output).toContain("fatal: the disk is on fire");
      expect(failed?.output).not.toContain("No records yet.");
    }
    const again = run(forge, push);
    expect(again?.output).toContain("unchanged notes/");
    expect(again?.output).not.toContain("No records yet.");
    expect(forge.refs()).toEqual(refs);
  });
});

describe("what a job needs", () => {
  it.each([
    [["github"], ["'Allow GitHub Actions to create and approve pull requests'"]],
    [["github", "--deliver", "commit"], []],
    [["gitlab"], ["SHIPNOTE_TOKEN"]],
    [["gitlab", "--deliver", "commit"], ["SHIPNOTE_TOKEN"]],
    [["gitlab", "--deliver", "artifact"], []],
    [["other"], []],
  ])("is said after it was written: %s", (job, words) => {
    const { told } = started(...job);
    const named = (line: string): string[] => /'Allow GitHub .*'|SHIPNOTE_TOKEN/.exec(line) ?? [];
    expect(told.allow.flatMap(named)).toEqual(words);
    // Beside what the shown job itself says.
    expect(told.stderr.split("\n").filter((line) => named(line).length > 0 && !line.startsWith("+"))).toEqual(told.allow);
  });

  it("no two of them run at once, and none is dropped", () => {
    const workflow = parse(started("github").forge.git("show", "main:.github/workflows/shipnote.yml")) as { jobs: { record: { concurrency: object } } };
    expect(workflow.jobs.record.concurrency).toEqual({ group: expect.stringMatching(/^change-record-\$\{\{ .*github\.ref_name \}\}$/), "cancel-in-progress": false, "queue": "max" });
    const pipeline = parse(started("gitlab").forge.git("show", "main:.gitlab/ci/shipnote.gitlab-ci.yml")) as { "change-record": { resource_group: string } };
    expect(pipeline["change-record"].resource_group).toBe("change-record");
  });
});
