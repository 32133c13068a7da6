import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { newConfig } from "../../src/commands/init-config.ts";
import { defaultConfig } from "../../src/config.ts";
import { parseConfig } from "../../src/config-problems.ts";
import { type Proposal, propose } from "../../src/gather/set-up-proposal.ts";
import { type Files, look, manifest, proposed, removeMade, template, workflow } from "./set-up-rig.ts";

afterEach(removeMade);

describe("health routes", () => {
  it.each<[what: string, files: Files, url: string]>([
    ["FastAPI, the framework's port", { "app/main.py": '@app.get("/health")\ndef health(): ...\n', "pyproject.toml": "fastapi" }, "http://127.0.0.1:8000/health"],
    ["Express, the port in the code", { "src/server.js": 'app.get("/healthz", ok);\napp.listen(process.env.PORT ?? 4321);\n' }, "http://127.0.0.1:4321/healthz"],
    ["Go, the port of the container", { "main.go": 'http.HandleFunc("/livez", ok)\n', "Dockerfile": "FROM scratch\nEXPOSE 9000\n" }, "http://127.0.0.1:9000/livez"],
    ["Rails", { "config/routes.rb": 'Rails.application.routes.draw do\n  get "up" => "rails/health#show"\nend\n' }, "http://127.0.0.1:3000/up"],
    ["compose before the code", { "a.ts": 'router.get("/ping", ok);\nlisten(1111)\n', "compose.yaml": 'services:\n  web:\n    ports:\n      - "8081:80"\n' }, "http://127.0.0.1:8081/ping"],
    ["the health route before up", { "a.ts": 'router.get("/up", ok);\nrouter.get("/healthz", ok);\nlisten(8080)\n' }, "http://127.0.0.1:8080/healthz"],
  ])("are guessed for %s, and commented out", async (_, files, url) => {
    expect((await proposed("checks", files))["health"]).toEqual({ value: { http: url, expect: { status: 200 } }, sure: false });
  });

  it.each<[what: string, files: Files]>([
    ["a test asks for it", { "test/app.test.js": 'app.get("/health")\n' }],
    ["a client asks for it", { "src/client.js": 'await fetch("/health")\n' }],
    ["a document shows it", { "docs/app.py": '@app.get("/health")\n' }],
    ["it is a comment", { "src/a.js": '// app.get("/health")\n' }],
    ["it is a text like any other", { "src/a.js": 'const name = "/up";\n' }],
  ])("are not seen where %s", async (_, files) => {
    expect(await proposed("checks", files)).toEqual({});
  });
});

describe("what ships", () => {
  const onTags = "  push:\n    tags: ['v*.*.*']\n";
  const onMain = "  push:\n    branches: [main]\n";

  it.each<[what: string, files: Files, key: string, expected: object]>([
    ["a tag that a workflow publishes", { ".github/workflows/cd.yml": workflow("Continuous Deployment", onTags) }, "environments", { production: { value: { tags: ["v*.*.*"] }, sure: true } }],
    ["branches that a workflow deploys", { ".github/workflows/deploy.yml": workflow("Deploy", "  push:\n    branches: [main, 'release/*']\n") }, "branches", { branches: { value: ["main", "release/*"], sure: true } }],
    ["the default branch alone: nothing to say", { ".github/workflows/deploy.yml": workflow("Deploy", onMain) }, "branches", {}],
    ["a site beside tags", { ".github/workflows/pages.yml": workflow("Deploy docs", onMain), ".github/workflows/release.yml": workflow("Release", onTags) }, "environments", { production: { value: { tags: ["v*.*.*"] }, sure: true } }],
    ["a server beside tags: two environments, perhaps", { ".github/workflows/a.yml": workflow("Deploy", onMain), ".github/workflows/release.yml": workflow("Release", onTags) }, "environments",
      { staging: { value: { branches: ["main"] }, sure: false }, production: { value: { tags: ["v*.*.*"] }, sure: false } }],
    ["tests ship nothing", { ".github/workflows/ci.yml": workflow("CI", onMain) }, "environments", {}],
    ["a workflow that is no YAML", { ".github/workflows/deploy.yml": "on: [\n" }, "environments", {}],
  ])("%s", async (_, files, key, expected) => {
    expect(await proposed(key, files)).toEqual(expected);
  });

  it.each<[what: string, branch: string, files: Files, expected: object]>([
    ["the branch that ships, where the default one is not it", "develop", { ".github/workflows/deploy.yml": workflow("Deploy", onMain) }, { branches: { value: ["main"], sure: true } }],
    ["the one that reaches users, where a stage before has its own", "develop",
      { ".github/workflows/deploy-staging.yml": workflow("Deploy", "  push:\n    branches: [develop]\n"), ".github/workflows/deploy.yml": workflow("Deploy", onMain) }, { branches: { value: ["main"], sure: true } }],
    ["the default branch by name, where it ships beside nothing else", "trunk", { ".github/workflows/deploy.yml": workflow("Deploy", "  push:\n    branches: [trunk]\n") }, { branches: { value: ["trunk"], sure: true } }],
    ["nothing, where main or master is meant, whichever there is", "main", { ".github/workflows/deploy.yml": workflow("Deploy", "  push:\n    branches: [main, master]\n") }, {}],
    ["a branch that ships, with tags elsewhere", "main", { ".github/workflows/deploy.yml": workflow("Deploy", "  push:\n    branches: [live]\n"), ".github/workflows/release.yml": workflow("Release", onTags) },
      { branches: { value: ["live"], sure: true } }],
  ])("is named by %s", async (_, branch, files, expected) => {
    expect(await proposed("branches", files, ({ git }) => {
      if (branch === "main") return;
      git("branch", branch);
      git("update-ref", `refs/remotes/origin/${branch}`, "HEAD");
      git("symbolic-ref", "refs/remotes/origin/HEAD", `refs/remotes/origin/${branch}`);
    })).toEqual(expected);
  });

  const onMany = "  push:\n    branches: [main, 'renovate/**', 'feature/**']\n";
  it.each<[what: string, files: Files, expected: object]>([
    ["coverage is published", { ".github/workflows/ci.yml": workflow("CI", onMany, ["test", "publish-coverage"]) }, {}],
    ["previews and documents are", { ".github/workflows/ci.yml": workflow("CI", onMany, ["deploy-preview", "publish_docs", "release-notes"]) }, {}],
    ["coverage is all that a workflow publishes", { ".github/workflows/publish-coverage.yml": workflow("Coverage", onMany) }, {}],
    ["one job of many deploys", { ".github/workflows/ci.yml": workflow("CI", onMany, ["test", "deploy"]) }, { branches: { value: ["main", "renovate/**", "feature/**"], sure: false } }],
    ["one job of many deploys, and a workflow of its own does", { ".github/workflows/ci.yml": workflow("CI", onMany, ["test", "deploy"]), ".github/workflows/deploy.yml": workflow("Deploy", "  push:\n    branches: [live]\n") },
      { branches: { value: ["live"], sure: true } }],
    ["one job of many releases tags", { ".github/workflows/ci.yml": workflow("CI", `${onMany}    tags: ['v*']\n`, ["test", "release"]) },
      { staging: { value: { branches: ["main", "renovate/**", "feature/**"] }, sure: false }, production: { value: { tags: ["v*"] }, sure: false } }],
    ["a job is all that a tag starts", { ".github/workflows/build.yml": workflow("Build", onTags, ["build", "publish"]) }, { production: { value: { tags: ["v*.*.*"] }, sure: true } }],
    ["tags are released, and one job of many deploys", { ".github/workflows/ci.yml": workflow("CI", onMany, ["test", "deploy"]), ".github/workflows/release.yml": workflow("Release", onTags) }, { production: { value: { tags: ["v*.*.*"] }, sure: true } }],
  ])("is sure only where a workflow ships as a whole: %s", async (_, files, expected) => {
    expect({ ...(await proposed("environments", files)), ...(await proposed("branches", files)) }).toEqual(expected);
  });

  it("takes the form of the tags that are there for a pattern that is none of ours", async () => {
    const files = { ".github/workflows/release.yml": workflow("Release", "  push:\n    tags: ['v[0-9]+.[0-9]+']\n") };
    expect(await proposed("environments", files, ({ git }) => { git("tag", "v1.0"); git("tag", "v1.1"); git("tag", "other"); })).toEqual({ production: { value: { tags: ["v*"] }, sure: true } });
  });

  it("guesses two environments where there are release branches", async () => {
    expect(await proposed("environments", {}, ({ git }) => { git("branch", "release/1.2"); })).toEqual({
      staging: { value: { branches: ["main"] }, sure: false }, production: { value: { branches: ["release/*"] }, sure: false },
    });
  });

  it("names a default branch that is neither main nor master", async () => {
    expect(await proposed("branches", {}, ({ git }) => { git("branch", "-m", "trunk"); })).toEqual({ branches: { value: ["trunk"], sure: true } });
  });

  it("finds deploy commands, the plainest first, and none that may only prepare a release", async () => {
    const { deploys } = await look({
      "package.json": manifest({ scripts: { "release": "x", "deploy:web": "y", "predeploy": "z" } }), "Makefile": "publish:\n\tx\ndeploy: build\n\tx\n", "justfile": "deploy env:\n  x\n",
      "fly.toml": "", "compose.prod.yaml": "", "Procfile": "release: rake db:migrate\n",
    });
    expect(deploys.map(({ command }) => command)).toEqual([
      "npm run deploy:web", "make deploy", "just deploy", "fly deploy", "docker compose -f compose.prod.yaml up --detach --build", "git push heroku HEAD:main",
    ]);
  });
});

describe("the parts of a monorepo", () => {
  it("are components where each ships by itself", async () => {
    expect(await proposed("components", { "services/api/Dockerfile": "", "services/web/fly.toml": "", "services/lib/a.py": "" })).toEqual({
      api: { value: { paths: ["services/api/**"] }, sure: true }, web: { value: { paths: ["services/web/**"] }, sure: true },
    });
  });

  it.each<[what: string, files: Files]>([
    ["npm", { "package.json": manifest({ workspaces: ["libs/*"] }), "libs/a/package.json": "{}", "libs/b/package.json": "{}", "libs/c.md": "" }],
    ["pnpm", { "pnpm-workspace.yaml": "packages: ['libs/*', '!libs/x']\n", "libs/a/package.json": "{}", "libs/b/package.json": "{}" }],
    ["Cargo", { "Cargo.toml": '[workspace]\nmembers = [\n  "libs/a",\n  "libs/b",\n]\n', "libs/a/Cargo.toml": "", "libs/b/Cargo.toml": "" }],
    ["Go", { "go.work": "go 1.22\nuse (\n\t./libs/a\n\t./libs/b\n)\n", "libs/a/go.mod": "", "libs/b/go.mod": "" }],
  ])("are guesses where only %s's workspaces name them", async (_, files) => {
    expect(await proposed("components", files)).toEqual({ a: { value: { paths: ["libs/a/**"] }, sure: false }, b: { value: { paths: ["libs/b/**"] }, sure: false } });
  });

  it("are none where there is but one", async () => {
    expect(await proposed("components", { "services/api/Dockerfile": "" })).toEqual({});
  });
});

describe("the rest", () => {
  it("says what it found of owners and the forge", async () => {
    const all = propose(await look({ ".github/CODEOWNERS": "* @team\n" }, ({ git }) => { git("remote", "add", "origin", "git@github.com:acme/web.git"); }), "ci", defaultConfig);
    const words = (key: string): string | undefined => all.find((one) => one.key === key)?.why[0];
    expect([words("owner"), words("forge")]).toEqual(["Found: .github/CODEOWNERS.", "Found: github, https://github.com/acme/web."]);
    expect(all.find(({ key }) => key === "record")?.value).toBe("ci");
  });

  it("guesses the kind of a forge whose host does not say it", async () => {
    expect(await proposed("forge", {}, ({ git }) => { git("remote", "add", "origin", "git@code.example.org:acme/web.git"); })).toEqual({ forge: { value: { kind: "gitlab", url: "https://code.example.org/acme/web" }, sure: false } });
  });

  it("ignores what .gitattributes calls generated, and puts records elsewhere where git would ignore them", async () => {
    const files = { ".gitattributes": "*.pb.go linguist-generated\n/dist/** linguist-generated=true\n*.md text\n", ".gitignore": "notes/\n" };
    expect(await proposed("ignore", files)).toEqual({ ignore: { value: ["**/*.pb.go", "dist/**"], sure: true } });
    expect(await proposed("notes", files)).toEqual({ notes: { value: "change-records", sure: true } });
  });

  it("follows no link, and reads nothing that is too large", async () => {
    const scripts = { test: "make test" };
    const linked = await look({ "real.json": manifest({ scripts }) }, ({ directory }) => symlinkSync("real.json", join(directory, "package.json")));
    expect(linked.tests).toEqual([]);
    const [small, large] = [await look({ "package.json": manifest({ scripts }) }), await look({ "package.json": manifest({ scripts, filler: "y".repeat(600_000) }) })];
    expect([small.tests.length, large.tests.length]).toEqual([1, 0]);
  });

  it("lets no name of the repository's become configuration, a comment's end or a command", async () => {
    const hostile: Proposal[] = propose(await look({
      'services/a\nowner: "@eve"/Dockerfile': "", "services/$(touch x)/Dockerfile": "", "services/ok/Dockerfile": "", "services/fine/Dockerfile": "",
      "package.json": manifest({ scripts: { "deploy;touch x": "y", "test": "x" } }), 'src/b\nnotes: evil.js': 'app.get("/health")\n',
      ".gitattributes": "$(x) linguist-generated\n",
    }), "hook", defaultConfig);
    const { config, problems } = parseConfig(newConfig(template, hostile));
    expect(problems).toEqual([]);
    expect(config).toMatchObject({ owner: null, notes: "notes", ignore: [], components: { fine: { paths: ["services/fine/**"] }, ok: { paths: ["services/ok/**"] } } });
    expect(Object.keys(config?.components ?? {})).toEqual(["fine", "ok"]);
  });
});
