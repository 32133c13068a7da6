import { expect, it } from "vitest";
import { schemaChanges } from "../../src/rollback/migrations.ts";
import { readPackages } from "../../src/rollback/packages.ts";

const size = 300_000;
const texts = [
  " ", "\n", "/*", "/* ", "create table ", "create ", "alter table a add column ", "def ", "add_column(", "add_column   ", "'", "\"", "a=", "!", "=!", "a==1,", "[", "[[", "(", "<dependency>",
  "<dependency><groupId>g</groupId>", "<PackageReference Include=\"", "{:a,", "gem '", "a/", "require ", "dependencies = [", "\\", "--hash", "{", "version = \"", "#", ";",
].flatMap((piece) => [piece.repeat(Math.ceil(size / piece.length)), `create_table${piece.repeat(50_000)}`, `a${piece.repeat(50_000)}@`]);
const manifests = [
  "package.json", "composer.json", "requirements.txt", "pyproject.toml", "Cargo.toml", "go.mod", "Gemfile", "mix.exs", "build.gradle", "a.csproj", "pom.xml", "pubspec.yaml",
];

it.each(manifests)("reads a hostile %s in time", (path) => {
  for (const text of texts) {
    const started = performance.now();
    readPackages(path, `${path === "pyproject.toml" ? "[project]\n" : ""}${text}`);
    expect(performance.now() - started).toBeLessThan(1500);
  }
});

it("reads hostile migrations in time", () => {
  for (const text of texts) {
    const started = performance.now();
    schemaChanges(text);
    expect(performance.now() - started).toBeLessThan(1500);
  }
});
