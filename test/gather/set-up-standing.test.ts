import { afterEach, describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/config.ts";
import { parseConfig } from "../../src/config-problems.ts";
import { type Files, manifest, proposed, removeMade, workflow } from "./set-up-rig.ts";

afterEach(removeMade);

const files: Files = {
  "package.json": manifest({ scripts: { "test": "vitest", "unit": "vitest run --dir unit", "e2e": "playwright test" }, devDependencies: { vitest: "4" } }), "conftest.py": "",
  "services/api/Dockerfile": "", "services/web/Dockerfile": "", ".github/workflows/release.yml": workflow("Release", "  push:\n    tags: ['v*']\n"),
};

async function beside(key: string, standing: string): Promise<string[]> {
  const { config, problems } = parseConfig(standing);
  expect(problems).toEqual([]);
  return Object.keys(await proposed(key, files, ({ git }) => { git("branch", "-m", "trunk"); }, config ?? defaultConfig));
}

describe("beside what people have said, under names of theirs", () => {
  it.each<[standing: string, names: string[]]>([
    ["", ["tests", "tests-pytest"]],
    ["checks: { unit: { command: npx vitest run } }", ["tests-pytest"]],
    ["checks: { unit: { command: npm run unit, report: a.xml } }", ["tests-pytest"]],
    ["checks: { unit: { command: npm test } }", ["tests-pytest"]],
    ["checks: { tests: { command: make lint } }", ["tests-vitest", "tests-pytest"]],
    ["checks: { python: { command: uv run pytest -q, report: a.xml, format: junit } }", ["tests"]],
    ["checks: { all: { command: ./ci/all.sh, report: out/a.xml, format: junit } }", []],
    ["checks: { all: { report: out/junit.xml } }", []],
    ["checks: { all: { command: ./ci/test.sh } }", []],
    ["checks: { cover: { command: ./ci/cover.sh, report: out/lcov.info }, up: { http: http://127.0.0.1:1/test } }", ["tests", "tests-pytest"]],
    ["checks: { smoke: { command: ./smoke-test.sh } }", ["tests", "tests-pytest"]],
  ])("%s leaves the checks %j", async (standing, names) => {
    expect(await beside("checks", standing)).toEqual(names);
  });

  it.each<[standing: string, names: string[]]>([
    ["", ["api", "web"]],
    ["components: { backend: { paths: ['services/api/**'] } }", ["web"]],
    ["components: { backend: { paths: ['./services/api/src'] } }", ["web"]],
    ["components: { all: { paths: ['services/*'] } }", []],
    ["components: { other: { paths: ['lib/**'] } }", ["api", "web"]],
  ])("%s leaves the components %j", async (standing, names) => {
    expect(await beside("components", standing)).toEqual(names);
  });

  it.each<[standing: string, names: string[]]>([
    ["", ["production"]],
    ["environment: live", ["live"]],
    ["environments: { prod: { tags: ['v*'] } }", []],
    ["branches: [trunk]", []],
  ])("%s leaves the environments %j, and no branches", async (standing, names) => {
    expect(await beside("environments", standing)).toEqual(names);
    expect(await beside("branches", standing)).toEqual([]);
  });
});
