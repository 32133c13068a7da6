import { pythonRunner } from "./set-up-manifest.ts";
import type { WorkTreeFiles } from "./set-up-files.ts";
import { type TestRun, withoutReport } from "./set-up-test-run.ts";
import { javascriptTests } from "./set-up-tests-javascript.ts";

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
  return [javascriptTests(files, folder), python(files, folder), ruby(files, folder), maven(files), gradle(files), php(files, folder), rust(files), go(files)].flatMap((run) => run ?? []);
}

type Finding = TestRun | null;

const pythonFiles = [
  "pyproject.toml", "setup.cfg", "tox.ini", "Pipfile", "requirements.txt", "requirements-dev.txt", "requirements-test.txt", "requirements-tests.txt", "dev-requirements.txt",
  "requirements/test.txt", "requirements/tests.txt", "requirements/dev.txt",
];

function python(files: WorkTreeFiles, folder: string): Finding {
  const seen = ["pytest.ini", ".pytest.ini", "conftest.py", "tests/conftest.py"].find(files.has) ?? pythonFiles.find((path) => /\bpytest\b/.test(files.read(path) ?? ""));
  if (seen === undefined) return null;
  const { prefix, install } = pythonRunner(files);
  const report = `${folder}/pytest.xml`;
  return { runner: "pytest", called: /\bpytest\b/, report, format: "junit", command: `${prefix}pytest --junitxml=${report}`, plain: `${prefix}pytest`, install, seenIn: [seen] };
}

function ruby(files: WorkTreeFiles, folder: string): Finding {
  const gems = `${files.read("Gemfile.lock") ?? ""}\n${files.read("Gemfile") ?? ""}`;
  const [seenIn, install, plain] = [files.has("Gemfile.lock") ? "Gemfile.lock" : "Gemfile", "bundle install", "bundle exec rspec"];
  if (/\brspec(?:-core|-rails)?\b/.test(gems)) {
    if (!/\brspec_junit_formatter\b/.test(gems)) return { ...withoutReport("RSpec", /\brspec\b/, plain, seenIn), install };
    const report = `${folder}/rspec.xml`;
    return { runner: "RSpec", called: /\brspec\b/, report, format: "junit", command: `${plain} --format progress --format RspecJunitFormatter --out ${report}`, plain, install, seenIn: [seenIn] };
  }
  const isRails = files.has("bin/rails") && files.paths.some((path) => /^test\/.*_test\.rb$/.test(path));
  return isRails ? { ...withoutReport("Rails' tests", /\brails test\b/, "bin/rails test", "bin/rails"), install } : null;
}

function maven(files: WorkTreeFiles): Finding {
  if (!files.has("pom.xml")) return null;
  const command = `${files.has("mvnw") ? "./mvnw" : "mvn"} --batch-mode test`;
  return { ...withoutReport("Maven", /\bmvnw?\b/, command, "pom.xml"), report: "**/target/surefire-reports/TEST-*.xml", format: "junit" };
}

function gradle(files: WorkTreeFiles): Finding {
  const seen = ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"].find(files.has);
  if (seen === undefined) return null;
  return { ...withoutReport("Gradle", /\bgradlew?\b/, `${files.has("gradlew") ? "./gradlew" : "gradle"} test`, seen), report: "**/build/test-results/test/*.xml", format: "junit" };
}

function php(files: WorkTreeFiles, folder: string): Finding {
  const seen = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"].find(files.has);
  const [report, plain] = [`${folder}/phpunit.xml`, "vendor/bin/phpunit"];
  return seen === undefined ? null : { runner: "PHPUnit", called: /\bphpunit\b/, report, format: "junit", command: `${plain} --log-junit ${report}`, plain, install: "composer install", seenIn: [seen] };
}

const cargo = /\bcargo (?:nextest|test)\b/;

function rust(files: WorkTreeFiles): Finding {
  if (!files.has("Cargo.toml")) return null;
  const [, profile, file] = /\[profile\.(\w+)\.junit\]\s+path\s*=\s*"([\w./-]+)"/.exec(files.read(".config/nextest.toml") ?? "") ?? [];
  if (profile !== undefined && file !== undefined) {
    return { ...withoutReport("nextest", cargo, `cargo nextest run --profile ${profile}`, ".config/nextest.toml"), report: `target/nextest/${profile}/${file}`, format: "junit" };
  }
  const workspace = /^\[workspace\]/m.test(files.read("Cargo.toml") ?? "") ? " --workspace" : "";
  return own(files, cargo) ?? withoutReport("Cargo", cargo, `cargo test${workspace}`, "Cargo.toml");
}

function go(files: WorkTreeFiles): Finding {
  if (!files.has("go.mod") || !files.paths.some((path) => path.endsWith("_test.go"))) return null;
  const called = /\bgo test\b/;
  return own(files, called) ?? withoutReport("Go", called, "go test ./...", "go.mod");
}

/** What the maintainers type themselves knows more than a runner's name. */
function own(files: WorkTreeFiles, called: RegExp): Finding {
  const found = taskFiles.map(({ tool, names, target }) => {
    const path = names.find(files.has);
    return path !== undefined && target.test(files.read(path) ?? "") ? withoutReport(`${tool} test`, called, `${tool} test`, path) : null;
  });
  return found.find((run) => run !== null) ?? null;
}

const taskFiles = [
  { tool: "make", names: ["GNUmakefile", "makefile", "Makefile"], target: /^test\s*:(?!=)/m },
  { tool: "just", names: ["justfile", "Justfile", ".justfile"], target: /^test\b[^:=\n]*:(?!=)/m },
];
