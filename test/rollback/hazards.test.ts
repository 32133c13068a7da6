import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import type { ChangedFile, Hazard } from "../../src/record/schema.ts";
import { findHazards } from "../../src/rollback/hazards.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

let fixture: Fixture;
beforeEach(() => {
  fixture = makeRepository();
});
afterEach(() => fixture.remove());

const file = (path: string, kind: ChangedFile["kind"], more: Partial<ChangedFile> = {}): ChangedFile => ({
  path, previousPath: null, status: "modified", added: 1, deleted: 1, binary: false, size: null, submodule: null, lfs: false, kind, owners: [], ...more,
});

async function hazards(
  before: Record<string, string>,
  after: Record<string, string | null>,
  files: ChangedFile[],
  configured: Parameters<typeof findHazards>[1]["configured"] = [],
): Promise<Hazard[]> {
  const from = fixture.commit("before", before);
  const to = fixture.commit("after", after);
  return findHazards(await openRepository(fixture.directory, { named: true }), { files, range: { from, to }, configured });
}

describe("what a dependency's hazard says", () => {
  it.each<[path: string, before: string, after: string, why: string]>([
    ["requirements.txt", "flask==3.0\n", "flask==3.0\nredis==5.2.0  # cache\n", "Adds `redis 5.2.0`; a revert does not uninstall it."],
    ["requirements.txt", "a\nb>=1,<2\n", "b>=1,<3\n", "Removes `a`, moves `b` from `>=1,<2` to `>=1,<3`; a revert does not install what was there before."],
    ["requirements.txt", "a\n", "a\nb\nc\nd\ne\n", "Adds `b`, adds `c`, adds `d` and 1 more; a revert does not uninstall them."],
    ["package.json", "{\"version\":\"1.0.0\",\"dependencies\":{\"a\":\"^1.0.0\"}}", "{\"version\":\"1.1.0\",\"dependencies\":{\"a\":\"^2.0.0\"}}", "Moves `a` from `^1.0.0` to `^2.0.0`; a revert does not install what was there before."],
    ["package.json", "{\"dependencies\":{}}", "{\"dependencies\":{\"x\":\"git+https://me:token@example.org/x\"}}", "Adds `x`; a revert does not uninstall it."],
    ["package.json", "{", "{}", "What is depended on may have changed; a revert does not install what was there before."],
    ["package.json", "{}", "{\"dependencies\":{\"a`b\":\"1\"}}", "Changes a package; a revert does not install what was there before."],
    ["pyproject.toml", "[project]\nrequires-python = \">=3\"\n", "[project]\nrequires-python = \">=4\"\n", "What is depended on may have changed; a revert does not install what was there before."],
    ["Cargo.toml", "[dependencies.serde]\nfeatures = []\n", "[dependencies.serde]\nfeatures = [\"derive\"]\n", "What is depended on may have changed; a revert does not install what was there before."],
    ["Cargo.toml", "[dependencies.serde]\nversion = \"1\"\n", "[dependencies.serde]\nversion = \"2\"\n", "What is depended on may have changed; a revert does not install what was there before."],
    ["Cargo.toml", "dependencies.serde = \"1\"\n", "dependencies.serde = \"2\"\n", "What is depended on may have changed; a revert does not install what was there before."],
    ["pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\n  \"flask>=3\",\n]\n", "[project]\nname = \"x\"\ndependencies = [\n  \"flask>=3\",\n  \"redis[hiredis] >= 5.2 ; python_version > '3'\",\n]\n", "Adds `redis >=5.2`; a revert does not uninstall it."],
    ["pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.11\"\n", "[tool.poetry.dependencies]\npython = \"^3.11\"\nredis = { version = \"^5\", extras = [\"x\"] }\n", "Adds `redis ^5`; a revert does not uninstall it."],
    ["Cargo.toml", "[package]\nversion = \"1\"\n[dependencies]\n", "[package]\nversion = \"2\"\n[dependencies]\nserde = { version = \"1.0\" }\n", "Adds `serde 1.0`; a revert does not uninstall it."],
    ["go.mod", "module x\nrequire (\n\tgithub.com/a/b v1.0.0\n)\n", "module x\nrequire (\n\tgithub.com/a/b v1.1.0\n)\n", "Moves `github.com/a/b` from `v1.0.0` to `v1.1.0`; a revert does not install what was there before."],
    ["Gemfile", "", "gem \"rails\", \"~> 7.1\"\n", "Adds `rails ~> 7.1`; a revert does not uninstall it."],
    ["App.csproj", "<Project/>", "<Project><PackageReference Include=\"Dapper\" Version=\"2.1.0\" /></Project>", "Adds `Dapper 2.1.0`; a revert does not uninstall it."],
    ["build.gradle.kts", "", "dependencies {\n  implementation(\"org.a:b:1.2\")\n}\n", "Adds `org.a:b 1.2`; a revert does not uninstall it."],
    ["pom.xml", "<x/>", "<dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version></dependency>", "Adds `b 1`; a revert does not uninstall it."],
    ["mix.exs", "", "  {:ecto, \"~> 3.0\"},\n", "Adds `ecto ~> 3.0`; a revert does not uninstall it."],
    ["pubspec.yaml", "dependencies:\n", "dependencies:\n  http: ^1.2.0\nflutter:\n  uses: x\n", "Adds `http ^1.2.0`; a revert does not uninstall it."],
    ["composer.json", "{}", "{\"require\":{\"a/b\":\"^1\"}}", "Adds `a/b ^1`; a revert does not uninstall it."],
    ["poetry.lock", "a", "b", "Locked versions changed; a revert does not install the ones before."],
    ["go.sum", "a", "b", "Locked versions changed; a revert does not install the ones before."],
    ["setup.py", "a", "b", "What is depended on may have changed; a revert does not install what was there before."],
  ])("%s: %j to %j", async (path, before, after, why) => {
    expect(await hazards({ [path]: before }, { [path]: after }, [file(path, "dependencies")])).toEqual([{ kind: "dependencies", path, why }]);
  });
});

it.each([
  ["package.json", "{\"version\":\"1.0.0\"}", "{\"version\":\"1.1.0\"}"],
  ["requirements.txt", "a\n", "# hello\na\n"],
  ["pyproject.toml", "[project]\nversion = \"1\"\n", "[project]\n# the next\nversion = \"2\"\n[tool.ruff]\nline-length = 120\n"],
  ["Cargo.toml", "[package]\nversion = \"1\"\n[dependencies]\na = \"1\"\n", "[package]\nversion = \"2\"\npublish = false\n[features]\nnew = [\"a/new\"]\n[dependencies]\n# said\na = \"1\"\n"],
])("is silent where %s asks for the same packages", async (path, before, after) => {
  expect(await hazards({ [path]: before }, { [path]: after }, [file(path, "dependencies")])).toEqual([]);
});

describe("what a migration's hazard says", () => {
  const end = "Not known: whether the code before works with it.";
  const plain = `A migration; a revert takes the file away, not what it did. ${end}`;
  it.each<[path: string, text: string, why: string]>([
    ["1.sql", "-- alter table x add column y int;\nALTER TABLE articles ADD COLUMN updated_at timestamptz;\n", `Adds \`articles.updated_at\`; a revert does not remove it. ${end}`],
    ["1.sql", "create table if not exists public.\"users\" (id int);\ncreate index on x(y);\ninsert into x values (1);", `Creates the table \`users\`; a revert does not undo that. ${end}`],
    ["1.sql", "drop table a; alter table b drop column c; delete from d; update e set f = 1;", `Drops the table \`a\`, drops \`b.c\`, deletes rows of \`d\` and 1 more; a revert does not undo that. ${end}`],
    ["1.sql", "-- migrate:up\ncreate table a ();\n-- migrate:down\ndrop table a;\n", `Creates the table \`a\`; a revert does not undo that. ${end}`],
    ["1.sql", "create unique index concurrently if not exists \"by_name\" on only public.users (name); create index by_name on articles(name);",
      `Creates the index \`by_name\` on \`users\`, creates the index \`by_name\` on \`articles\`; a revert does not undo that. ${end}`],
    ["1.py", "op.create_index(op.f('comments_by_article'), 'comments', ['article'])", `Creates the index \`comments_by_article\` on \`comments\`; a revert does not undo that. ${end}`],
    ["1.rb", "add_index :articles, :slug", `Creates an index on \`articles.slug\`; a revert does not undo that. ${end}`],
    ["1.sql", "select 1;", plain],
    ["1.down.sql", "drop table a;", "The way back of a migration; a revert does not run it."],
    ["1.rb", "class X\n  def change\n    add_column :articles, :updated_at, :datetime\n  end\nend\n", `Adds \`articles.updated_at\`; a revert does not remove it. ${end}`],
    ["1.py", "def upgrade():\n    op.add_column(\"articles\", sa.Column('updated_at', sa.DateTime()))\n\ndef downgrade():\n    op.drop_column('articles', 'updated_at')\n", `Adds \`articles.updated_at\`; a revert does not remove it. ${end}`],
    ["2.py", "migrations.AddField(\n            model_name='article',\n            name='updated_at',", `Adds \`article.updated_at\`; a revert does not remove it. ${end}`],
    ["1.js", "exports.up = (knex) => knex.schema.createTable('users', () => {});\nexports.down = (knex) => knex.schema.dropTable('users');\n", `Creates the table \`users\`; a revert does not undo that. ${end}`],
    ["1.ts", "await queryRunner.query(`ALTER TABLE \"user\" ADD COLUMN \"age\" int`)\n public async down() { query(`DROP TABLE x`) }", `Adds \`user.age\`; a revert does not remove it. ${end}`],
    ["1.php", "Schema::create('users', function () {});", `Creates the table \`users\`; a revert does not undo that. ${end}`],
  ])("%s: %j", async (path, text, why) => {
    const added = file(path, "migration", { status: "added" });
    expect(await hazards({ x: "x" }, { [path]: text }, [added])).toEqual([{ kind: "migration", path, why }]);
  });

  it.each<[more: Partial<ChangedFile>, why: string]>([
    [{}, "A migration was changed; a revert does not run it again where it ran already."],
    [{ status: "deleted" }, "A migration was deleted; a revert brings the file back, and undoes nothing that it did where it ran."],
    [{ status: "renamed", previousPath: "0.sql", added: 0, deleted: 0 }, "A migration was renamed; where it ran under one name, the other may count as not run."],
  ])("where it is no new one: %j", async (more, why) => {
    expect(await hazards({ x: "x" }, { y: "y" }, [file("1.sql", "migration", more)])).toEqual([{ kind: "migration", path: "1.sql", why }]);
  });
});

describe("findHazards", () => {
  it("tells what is left behind from what is not, the gravest first", async () => {
    const [one, two] = ["1".repeat(40), "2".repeat(40)];
    const found = await hazards({ a: "a" }, { b: "b" }, [
      file(".github/workflows/ci.yml", "infra"),
      file("Dockerfile", "infra"),
      file("data.bin", "other", { binary: true }),
      file("docs/old.md", "docs", { status: "deleted" }),
      file("infra/main.tf", "infra"),
      file("k8s/web.yaml", "infra"),
      file("lib/x", "submodule", { submodule: { before: one, after: two } }),
      file("logo.png", "content", { binary: true }),
      file("model.bin", "other", { lfs: true }),
      file("old.py", "code", { status: "deleted" }),
      file("old_test.py", "test", { status: "deleted" }),
      file("old.conf", "config", { status: "deleted" }),
      file("old.jpg", "content", { status: "deleted" }),
      file("old.tf", "infra", { status: "deleted" }),
      file("old.x", "other", { status: "deleted" }),
      file("src/a.ts", "code"),
    ]);
    expect(found).toEqual([
      { kind: "infra", path: "Dockerfile", why: "Says how an image is built; a revert does not replace images that were built from it." },
      { kind: "infra", path: "infra/main.tf", why: "Describes resources; a revert changes the description, not what was applied from it." },
      { kind: "infra", path: "k8s/web.yaml", why: "Infrastructure; a revert changes the file, not what was applied from it." },
      { kind: "infra", path: "old.tf", why: "Describes resources; a revert changes the description, not what was applied from it." },
      { kind: "submodule", path: "lib/x", why: "Moves from `111111111111` to `222222222222`; after a revert, clones need `git submodule update`." },
      { kind: "lfs", path: "model.bin", why: "Kept in LFS; a revert brings back the pointer, and needs the content before to be there still." },
      { kind: "binary", path: "data.bin", why: "Binary; a revert conflicts where a later commit changed it, too." },
      ...["old.conf", "old.jpg", "old.x"].map((path) => ({ kind: "deleted", path, why: "Deleted; a revert brings back the file, and nothing outside git." })),
    ]);
  });

  it("lets what is configured stand first, and in place of what is known of its kind", async () => {
    const configured = [
      { match: "search/index/**", kind: "index", why: "an index rebuilt by this version cannot be read by the one before" },
      { match: "db/*.sql", kind: "migration", why: "ask the archive team" },
    ];
    const files = [file("db/1.sql", "migration"), file("search/index/a", "other"), file("search/b", "other", { previousPath: "search/index/b", status: "renamed" })];
    expect(await hazards({ a: "a" }, { b: "b" }, files, configured)).toEqual([
      { kind: "migration", path: "db/1.sql", why: "ask the archive team" },
      { kind: "index", path: "search/index/a", why: configured[0]?.why },
      { kind: "index", path: "search/b", why: configured[0]?.why },
    ]);
  });

  it("says less where contents cannot be read", async () => {
    const to = fixture.commit("x", { "requirements.txt": "a\n" });
    const repository = await openRepository(fixture.directory, { named: true });
    const files = [file("requirements.txt", "dependencies"), file("new.sql", "migration", { status: "added" })];
    const found = await findHazards(repository, { files, range: { from: "f".repeat(40), to }, configured: [] });
    expect(found.map(({ kind }) => kind)).toEqual(["migration", "dependencies"]);
    expect(found[1]?.why).toMatch(/^What is depended on may have changed/);
    expect(await findHazards(repository, { files, range: null, configured: [] })).toEqual([]);
  });
});
