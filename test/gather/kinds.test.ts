import { describe, expect, it } from "vitest";
import { configuredKinds, fileKind } from "../../src/gather/kinds.ts";
import type { FileKind } from "../../src/record/schema.ts";

const rows: Record<FileKind, string[]> = {
  migration: [
    "db/migrate/20240101120000_add_x.rb",
    "app/migrations/0042_updated_at.py",
    "alembic/versions/ab12_add.py",
    "migrations/versions/ab12_add.py",
    "src/main/resources/db/migration/V1_2__add.sql",
    "sql/R__views.sql",
    "db/changelog/db.changelog-1.0.xml",
    "src/main/resources/db/changelog/changes/001.yaml",
    "prisma/migrations/20240101_init/migration.sql",
    "migrations/20240101120000_add.js",
    "src/migration/1700000000000-AddUsers.ts",
    "migrations/20240101120000-create-user.cjs",
    "db/000001_create.up.sql",
    "database/migrations/2024_01_01_000000_create_users.php",
    "priv/repo/migrations/20240101_create.exs",
    "Data/Migrations/20240101120000_Init.cs",
    "db/migrations/0042_updated_at.sql",
    "migrations/add-users.sql",
    "drizzle/0001_tables.sql",
  ],
  dependencies: [
    "package.json", "web/package-lock.json", "pnpm-lock.yaml", "yarn.lock", "requirements.txt", "requirements-dev.txt",
    "requirements/prod.txt", "pyproject.toml", "poetry.lock", "uv.lock", "Pipfile.lock", "Cargo.toml", "Cargo.lock", "go.mod",
    "go.sum", "pom.xml", "build.gradle.kts", "gradle/libs.versions.toml", "Gemfile", "Gemfile.lock", "composer.lock",
    "src/App/App.csproj", "packages.lock.json", "mix.exs", "mix.lock", "pubspec.yaml", "pubspec.lock", "docs/requirements.txt", "packages/cli/changelog/package.json",
  ],
  infra: [
    "Dockerfile", "docker/Dockerfile.prod", "compose.yaml", "docker-compose.override.yml", "infra/main.tf", "envs/prod.tfvars",
    "charts/app/values.yaml", "deploy/k8s/web.yaml", "kustomization.yaml", "ansible/site.yml", "roles/web/tasks/main.yml",
    "nginx.conf", "deploy/nginx/site.conf", "deploy/app.service", "backup.timer", ".github/workflows/ci.yml", ".gitlab-ci.yml",
    ".gitea/workflows/ci.yaml", ".forgejo/workflows/ci.yaml", "Jenkinsfile", "bitbucket-pipelines.yml", ".circleci/config.yml",
    "azure-pipelines.yml", ".woodpecker.yml", ".travis.yml", ".builds/debian.yml", "Procfile", "fly.toml",
  ],
  test: [
    "tests/test_cache.py", "app/test_models.py", "pkg/cache_test.go", "src/a.test.ts", "src/__tests__/a.js", "spec/models/a_spec.rb",
    "src/test/java/AppTest.java", "App.Tests/ThingTests.cs", "test/fixtures/package.json", "conftest.py", "t/t0001-init.sh", "src/integration-tests/a.txt", "cypress/e2e/a.cy.js",
  ],
  docs: ["README.md", "docs/cache-rules.md", "docs/conf.py", "LICENSE", "CHANGELOG", "guide.rst", "CITATION.cff", "man/shipnote.1", "docs/api.yaml", "README-ja.txt", "LICENSE-MIT", "ReleaseNotes.txt"],
  content: ["logo.png", "docs/img/a.svg", "fonts/a.woff2", "video.mp4", "a.pdf", "locale/de.po", "robots.txt", "data/a.csv", "src/locales/de.json", "_data/team.yml"],
  config: [
    ".env.example", "tsconfig.json", "vite.config.ts", "Makefile", "settings.yaml", ".gitignore", ".eslintrc.json", "CODEOWNERS", ".git-blame-ignore-revs",
    ".github/CODEOWNERS", "docs/CODEOWNERS", "shipnote.config.yaml", ".github/dependabot.yml", ".clang-format", "config/database.yml.sample",
    "changelogs/unreleased/fix.yml", ".changeset/a/changes.json", "tools/security.yml",
  ],
  code: ["app/articles.py", "src/main.ts", "queries/slow.sql", "index.html", "bin/deploy", "lib/a.rs", "db/schema.rb", "src/migrations/runner.ts", "app/migrations/__init__.py", "cmd/install.go", "src/history.rs", "ci/install.sh", "lib/tasks/a.rake"],
  other: ["data.bin", "noext", "a.weird", "py.typed", ".DS_Store"],
  submodule: [],
};

describe("fileKind", () => {
  const cases = Object.entries(rows).flatMap(([kind, paths]) => paths.map((path): [string, string] => [path, kind]));
  it.each(cases)("%s is %s", (path, kind) => {
    expect(fileKind(path)).toBe(kind);
  });

  it("lets what is configured win over the table", () => {
    const configured = configuredKinds({ migration: ["db/changes/**"], content: ["**/*.md"] });
    expect(fileKind("db/changes/1.txt", configured)).toBe("migration");
    expect(fileKind("README.md", configured)).toBe("content");
    expect(fileKind("src/a.ts", configured)).toBe("code");
  });

  it("answers long hostile paths at once", () => {
    const path = `${"a-a_a.".repeat(600)}/${"1_".repeat(600)}`;
    const started = performance.now();
    fileKind(path);
    expect(performance.now() - started).toBeLessThan(200);
  });
});
