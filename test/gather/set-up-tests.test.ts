import { afterEach, describe, expect, it } from "vitest";
import { type Files, manifest, proposed, removeMade } from "./set-up-rig.ts";

afterEach(removeMade);

describe("how tests are run", () => {
  it.each<[what: string, files: Files, check: object]>([
    ["Vitest", { "package.json": manifest({ scripts: { test: "vitest" }, devDependencies: { vitest: "4" } }), ".gitignore": "node_modules\n" },
      { report: "node_modules/.cache/shipnote/tests.xml", format: "junit", command: "npm test -- --run --reporter=default --reporter=junit --outputFile.junit=node_modules/.cache/shipnote/tests.xml" }],
    ["Vitest with pnpm", { "package.json": manifest({ devDependencies: { vitest: "4" } }), "pnpm-lock.yaml": "" },
      { report: "reports/tests.xml", format: "junit", command: "pnpm exec vitest run --reporter=default --reporter=junit --outputFile.junit=reports/tests.xml" }],
    ["Jest with its reporter", { "package.json": manifest({ scripts: { test: "jest" }, devDependencies: { "jest": "1", "jest-junit": "1" } }), "yarn.lock": "" },
      { report: "reports/tests.xml", format: "junit", command: "JEST_JUNIT_OUTPUT_FILE=reports/tests.xml yarn run test --ci --reporters=default --reporters=jest-junit" }],
    ["Jest without one", { "package.json": manifest({ scripts: { test: "jest" }, devDependencies: { jest: "1" } }), "package-lock.json": "{}" }, { command: "npm test", rounds: 1 }],
    ["AVA", { "package.json": manifest({ scripts: { test: "xo && ava" }, devDependencies: { ava: "1" } }), ".gitignore": "reports/\n" },
      { report: "reports/tests.tap", format: "tap", command: "mkdir -p reports && npm test -- --tap > reports/tests.tap" }],
    ["Mocha, with arguments", { "package.json": manifest({ scripts: { test: "mocha --extension spec.cjs --recursive src" }, devDependencies: { mocha: "11" } }) },
      { report: "reports/tests.xml", format: "junit", command: "npm test -- --reporter xunit --reporter-option output=reports/tests.xml" }],
    ["Mocha, behind others' programs", { "package.json": manifest({ scripts: { test: "tsc && c8 cross-env NODE_ENV=test node_modules/.bin/mocha --require tsx" }, devDependencies: { mocha: "11" } }) },
      { report: "reports/tests.xml", format: "junit", command: "npm test -- --reporter xunit --reporter-option output=reports/tests.xml" }],
    ["Mocha with a reporter of its own", { "package.json": manifest({ scripts: { test: "mocha -R dot" }, devDependencies: { mocha: "11" } }) }, { command: "npm test", rounds: 1 }],
    ["Mocha that is not last", { "package.json": manifest({ scripts: { test: "mocha && eslint ." }, devDependencies: { mocha: "11" } }) }, { command: "npm test", rounds: 1 }],
    ["Mocha twice", { "package.json": manifest({ scripts: { test: "mocha unit && mocha whole" }, devDependencies: { mocha: "11" } }) }, { command: "npm test", rounds: 1 }],
    ["Mocha in a pipe", { "package.json": manifest({ scripts: { test: "mocha | tee log" }, devDependencies: { mocha: "11" } }) }, { command: "npm test", rounds: 1 }],
    ["Mocha through a script of theirs", { "package.json": manifest({ scripts: { test: "sh ci/mocha.sh mocha" }, devDependencies: { mocha: "11" } }) }, { command: "npm test", rounds: 1 }],
    ["Jest, with a variable and its configuration", { "package.json": manifest({ scripts: { test: "NODE_OPTIONS=--experimental-vm-modules jest --ci --config x" }, devDependencies: { "jest": "1", "jest-junit": "1" } }), "pnpm-lock.yaml": "" },
      { report: "reports/tests.xml", format: "junit", command: "JEST_JUNIT_OUTPUT_FILE=reports/tests.xml pnpm run test --reporters=default --reporters=jest-junit" }],
    ["Vitest that runs once by itself", { "package.json": manifest({ scripts: { test: "vitest --run --dir src" }, devDependencies: { vitest: "4" } }) },
      { report: "reports/tests.xml", format: "junit", command: "npm test -- --reporter=default --reporter=junit --outputFile.junit=reports/tests.xml" }],
    ["Node's own behind what npm runs first", { "package.json": manifest({ scripts: { test: "node --test", pretest: "tsc" } }) }, { command: "npm test", rounds: 1 }],
    ["Node's own", { "package.json": manifest({ scripts: { test: "node --test test/" } }) },
      { report: "reports/tests.tap", format: "tap", command: "mkdir -p reports && node --test --test-reporter=tap --test-reporter-destination=reports/tests.tap test/" }],
    ["a script that does more", { "package.json": manifest({ scripts: { test: "node --test && node lint.js" } }) }, { command: "npm test", rounds: 1 }],
    ["pytest", { "pyproject.toml": "[tool.pytest.ini_options]\n" }, { report: "reports/pytest.xml", format: "junit", command: "pytest --junitxml=reports/pytest.xml" }],
    ["pytest with uv", { "pyproject.toml": '[dependency-groups]\ntests = ["pytest >=8"]\n', "uv.lock": "" }, { report: "reports/pytest.xml", format: "junit", command: "uv run pytest --junitxml=reports/pytest.xml" }],
    ["RSpec with its formatter", { "Gemfile": 'gem "rspec"\ngem "rspec_junit_formatter"\n' },
      { report: "reports/rspec.xml", format: "junit", command: "bundle exec rspec --format progress --format RspecJunitFormatter --out reports/rspec.xml" }],
    ["Maven", { "pom.xml": "<project/>", "mvnw": "" }, { report: "**/target/surefire-reports/TEST-*.xml", format: "junit", command: "./mvnw --batch-mode test" }],
    ["nextest", { "Cargo.toml": "[package]\n", ".config/nextest.toml": '[profile.ci.junit]\npath = "junit.xml"\n' },
      { report: "target/nextest/ci/junit.xml", format: "junit", command: "cargo nextest run --profile ci" }],
    ["Cargo", { "Cargo.toml": '[workspace]\nmembers = ["a"]\n' }, { command: "cargo test --workspace", rounds: 1 }],
    ["Go", { "go.mod": "module a\n", "a_test.go": "package a\n" }, { command: "go test ./...", rounds: 1 }],
    ["Go, as the maintainers type it", { "go.mod": "module a\n", "a_test.go": "package a\n", "Makefile": "build:\n\tgo build\ntest: build\n\tgo test -race ./...\n" }, { command: "make test", rounds: 1 }],
  ])("%s", async (_, files, check) => {
    expect((await proposed("checks", files))["tests"]).toEqual({ value: { ...check, timeout: "20m" }, sure: true });
  });

  it.each<[what: string, files: Files]>([
    ["npm init's script", { "package.json": manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) }],
    ["a package.json that is none", { "package.json": "{ scripts" }],
    ["no files at all", {}],
    ["a script that goes on watching", { "package.json": manifest({ scripts: { test: "jest --watch" }, devDependencies: { "jest": "1", "jest-junit": "1" } }) }],
    ["Vitest that watches", { "package.json": manifest({ scripts: { test: "vitest watch" }, devDependencies: { vitest: "4" } }) }],
    ["a variable called test", { "go.mod": "module a\n", "Makefile": "test := yes\n" }],
  ])("proposes none for %s", async (_, files) => {
    expect(await proposed("checks", files)).toEqual({});
  });

  it("lays each side of a comparison out with what the lock file says", async () => {
    const files = { "package.json": manifest({ devDependencies: { vitest: "4" } }), "package-lock.json": "{}", "conftest.py": "", "poetry.lock": "" };
    expect(await proposed("compare", files)).toEqual({ setup: { value: "npm ci && poetry install", sure: true } });
    expect(Object.keys(await proposed("checks", files))).toEqual(["tests", "tests-pytest"]);
  });
});
