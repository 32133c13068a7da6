import { packageManager, pythonRunner, readManifest } from "./set-up-manifest.ts";
import type { WorkTreeFiles } from "./set-up-files.ts";

/** How a repository's tests are run, so that a check can tell what they say. */
export interface TestRun {
  /** The runner, as people call it. */
  runner: string;
  /** The file or glob of the report that the command writes; null where only its exit status tells. */
  report: string | null;
  format: "junit" | "tap" | null;
  command: string;
  /** The same without a report. */
  plain: string;
  /** What lays out in a bare worktree what the command needs; null where it needs nothing, or none is known. */
  install: string | null;
  /** The files that say so. */
  seenIn: readonly string[];
}

/** The folder that reports go to, and whether git ignores it. */
export interface ReportFolder {
  path: string;
  ignored: boolean;
}

const folders = ["reports", "test-results", "tmp", "target", ".pytest_cache", "node_modules/.cache", "coverage"];

/** A folder for reports that git ignores already; `reports` where it ignores none that would do. */
export async function reportFolder(files: WorkTreeFiles): Promise<ReportFolder> {
  const probes = folders.map((folder) => `${folder}/tests.xml`);
  const ignored = await files.ignored(probes);
  const found = folders.find((folder, place) => ignored.has(probes[place] ?? "") && !files.has(folder));
  return { path: found ?? "reports", ignored: found !== undefined };
}

/** How the tests are run: a way for each language that has one, each of which a check can run as it stands. */
export function testRuns(files: WorkTreeFiles, folder: string): TestRun[] {
  return [javascript(files, folder), python(files, folder), ruby(files, folder), maven(files), gradle(files), php(files, folder), rust(files), go(files)].flatMap((run) => run ?? []);
}

type Finding = TestRun | null;

/** What each runner is called with, by its packages, and what makes it write a report; the first that is there counts. */
const javascriptRunners: readonly {
  packages: readonly string[];
  runner: string;
  format: "junit" | "tap";
  plain: string;
  reporting: (program: string, report: string) => string;
}[] = [
  { packages: ["vitest"], runner: "Vitest", format: "junit", plain: "vitest run", reporting: (program, report) => `${program} --reporter=default --reporter=junit --outputFile.junit=${report}` },
  { packages: ["jest", "jest-junit"], runner: "Jest", format: "junit", plain: "jest --ci", reporting: (program, report) => `JEST_JUNIT_OUTPUT_FILE=${report} ${program} --reporters=default --reporters=jest-junit` },
  { packages: ["ava"], runner: "AVA", format: "tap", plain: "ava", reporting: (program, report) => `${program} --tap > ${report}` },
  { packages: ["mocha"], runner: "Mocha", format: "junit", plain: "mocha", reporting: (program, report) => `${program} --reporter xunit --reporter-option output=${report}` },
];

function javascript(files: WorkTreeFiles, folder: string): Finding {
  const manifest = readManifest(files);
  if (manifest === null) return null;
  const { exec, run, install, name } = packageManager(files);
  const script = manifest.scripts["test"];
  const seenIn = ["package.json"];
  const found = javascriptRunners.find(({ packages, runner }) => packages.every((one) => manifest.dependencies.has(one)) && (script === undefined || new RegExp(`\\b${runner}\\b`, "i").test(script)));
  if (found !== undefined) {
    const { runner, format } = found;
    const [report, plain] = [`${folder}/tests.${format === "tap" ? "tap" : "xml"}`, `${exec} ${found.plain}`];
    return { runner, report, format, command: `${format === "tap" ? `mkdir -p ${folder} && ` : ""}${found.reporting(plain, report)}`, plain, install, seenIn };
  }
  if (script === undefined || /no test specified/.test(script)) return null;
  const plain = name === "npm" ? "npm test" : `${run} test`;
  if (/^(?:[A-Z_]+=\S+ )*node (?:\S+ )*?--test(?: |$)/.test(script) && !/--test-reporter|&&|;|\|/.test(script)) {
    const report = `${folder}/tests.tap`;
    const command = script.replace(/--test(?= |$)/, `--test --test-reporter=tap --test-reporter-destination=${report}`);
    return { runner: "Node's test runner", report, format: "tap", command: `mkdir -p ${folder} && ${command}`, plain, install, seenIn };
  }
  return { ...withoutReport("the script `test`", plain, "package.json"), install };
}

function withoutReport(runner: string, command: string, seenIn: string): TestRun {
  return { runner, report: null, format: null, command, plain: command, install: null, seenIn: [seenIn] };
}

const pythonFiles = [
  "pyproject.toml", "setup.cfg", "tox.ini", "Pipfile", "requirements.txt", "requirements-dev.txt", "requirements-test.txt", "requirements-tests.txt", "dev-requirements.txt",
  "requirements/test.txt", "requirements/tests.txt", "requirements/dev.txt",
];

function python(files: WorkTreeFiles, folder: string): Finding {
  const seen = ["pytest.ini", ".pytest.ini", "conftest.py", "tests/conftest.py"].find(files.has) ?? pythonFiles.find((path) => /\bpytest\b/.test(files.read(path) ?? ""));
  if (seen === undefined) return null;
  const { prefix, install } = pythonRunner(files);
  const report = `${folder}/pytest.xml`;
  return { runner: "pytest", report, format: "junit", command: `${prefix}pytest --junitxml=${report}`, plain: `${prefix}pytest`, install, seenIn: [seen] };
}

function ruby(files: WorkTreeFiles, folder: string): Finding {
  const gems = `${files.read("Gemfile.lock") ?? ""}\n${files.read("Gemfile") ?? ""}`;
  const [seenIn, install, plain] = [files.has("Gemfile.lock") ? "Gemfile.lock" : "Gemfile", "bundle install", "bundle exec rspec"];
  if (/\brspec(?:-core|-rails)?\b/.test(gems)) {
    if (!/\brspec_junit_formatter\b/.test(gems)) return { ...withoutReport("RSpec", plain, seenIn), install };
    const report = `${folder}/rspec.xml`;
    return { runner: "RSpec", report, format: "junit", command: `${plain} --format progress --format RspecJunitFormatter --out ${report}`, plain, install, seenIn: [seenIn] };
  }
  const isRails = files.has("bin/rails") && files.paths.some((path) => /^test\/.*_test\.rb$/.test(path));
  return isRails ? { ...withoutReport("Rails' tests", "bin/rails test", "bin/rails"), install } : null;
}

function maven(files: WorkTreeFiles): Finding {
  if (!files.has("pom.xml")) return null;
  const command = `${files.has("mvnw") ? "./mvnw" : "mvn"} --batch-mode test`;
  return { ...withoutReport("Maven", command, "pom.xml"), report: "**/target/surefire-reports/TEST-*.xml", format: "junit" };
}

function gradle(files: WorkTreeFiles): Finding {
  const seen = ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"].find(files.has);
  if (seen === undefined) return null;
  return { ...withoutReport("Gradle", `${files.has("gradlew") ? "./gradlew" : "gradle"} test`, seen), report: "**/build/test-results/test/*.xml", format: "junit" };
}

function php(files: WorkTreeFiles, folder: string): Finding {
  const seen = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"].find(files.has);
  const [report, plain] = [`${folder}/phpunit.xml`, "vendor/bin/phpunit"];
  return seen === undefined ? null : { runner: "PHPUnit", report, format: "junit", command: `${plain} --log-junit ${report}`, plain, install: "composer install", seenIn: [seen] };
}

function rust(files: WorkTreeFiles): Finding {
  if (!files.has("Cargo.toml")) return null;
  const [, profile, file] = /\[profile\.(\w+)\.junit\]\s+path\s*=\s*"([\w./-]+)"/.exec(files.read(".config/nextest.toml") ?? "") ?? [];
  if (profile !== undefined && file !== undefined) {
    return { ...withoutReport("nextest", `cargo nextest run --profile ${profile}`, ".config/nextest.toml"), report: `target/nextest/${profile}/${file}`, format: "junit" };
  }
  const workspace = /^\[workspace\]/m.test(files.read("Cargo.toml") ?? "") ? " --workspace" : "";
  return own(files) ?? withoutReport("Cargo", `cargo test${workspace}`, "Cargo.toml");
}

function go(files: WorkTreeFiles): Finding {
  if (!files.has("go.mod") || !files.paths.some((path) => path.endsWith("_test.go"))) return null;
  return own(files) ?? withoutReport("Go", "go test ./...", "go.mod");
}

/** What the maintainers type themselves knows more than a runner's name. */
function own(files: WorkTreeFiles): Finding {
  const found = taskFiles.map(({ tool, names, target }) => {
    const path = names.find(files.has);
    return path !== undefined && target.test(files.read(path) ?? "") ? withoutReport(`${tool} test`, `${tool} test`, path) : null;
  });
  return found.find((run) => run !== null) ?? null;
}

const taskFiles = [
  { tool: "make", names: ["GNUmakefile", "makefile", "Makefile"], target: /^test\s*:(?!=)/m },
  { tool: "just", names: ["justfile", "Justfile", ".justfile"], target: /^test\b[^:=\n]*:(?!=)/m },
];
