import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { makeLife, removeAll } from "./life.ts";

afterAll(removeAll);

describe("init, where a configuration stands,", () => {
  it("adds nothing to what ships, and no second entry for what has another name", () => {
    const life = makeLife();
    const standing = [
      "record: { by: hook }",
      "environments:\n  prod: { tags: ['v*'] }",
      "components:\n  backend: { paths: ['services/api/**'] }",
      "checks:\n  unit:\n    command: npx vitest run # all of them\n",
    ].join("\n");
    life.commit("Begin", {
      "package.json": JSON.stringify({ scripts: { test: "vitest" }, devDependencies: { vitest: "4" } }), "services/api/Dockerfile": "", "services/web/Dockerfile": "",
      ".github/workflows/release.yml": "name: Release\non: { push: { tags: ['v*'] } }\njobs: {}\n", ".github/workflows/deploy.yml": "name: Deploy\non: { push: { branches: [live] } }\njobs: {}\n",
      "shipnote.config.yaml": standing,
    });
    life.git("branch", "-m", "develop");
    expect(life.call(["init", "-y", "--no-hook"])).toMatchObject({ status: 0 });
    expect(parse(life.read("shipnote.config.yaml"))).toEqual({
      record: { by: "hook" }, environments: { prod: { tags: ["v*"] } }, checks: { unit: { command: "npx vitest run" } }, compare: { setup: "npm install" },
      components: { backend: { paths: ["services/api/**"] }, web: { paths: ["services/web/**"] } },
    });
    expect(life.call(["init", "-y", "--no-hook"]).stdout).toContain("unchanged");
  });

  it("leaves the branches that it names alone, where tags ship as well", () => {
    const life = makeLife();
    life.commit("Begin", { ".github/workflows/release.yml": "name: Release\non: { push: { tags: ['v*'] } }\njobs: {}\n", "shipnote.config.yaml": "record: { by: hook }\nbranches: [live]\n" });
    expect(life.call(["init", "-y", "--no-hook"])).toMatchObject({ status: 0, stdout: expect.stringContaining("unchanged") });
  });
});

describe("init, where nobody can be asked,", () => {
  it("shows what a new file says, without its comments, unless it is to be quiet", () => {
    const life = makeLife();
    life.commit("Begin", { "package.json": JSON.stringify({ scripts: { test: "vitest" }, devDependencies: { vitest: "4" } }), ".gitignore": "node_modules\n" });
    const loud = life.call(["init", "-y", "--no-hook", "--ci", "github"]);
    expect(loud.stdout.split("\n").filter((line) => !line.startsWith("wrote "))).toEqual([""]);
    for (const name of ["shipnote.config.yaml", ".github/workflows/shipnote.yml"]) {
      const said = life.read(name).split("\n").filter((line) => !/^\s*(?:#|$)/.test(line));
      expect(loud.stderr).toContain(`${name}, new, without its comments:\n${said.map((line) => `+${line}`).join("\n")}\n`);
    }
    expect(loud.stderr).toContain("+      contents: write");
    const quiet = makeLife();
    expect(quiet.call(["init", "-y", "-q", "--no-hook"])).toMatchObject({ status: 0, stdout: "wrote shipnote.config.yaml\n", stderr: "" });
  });

  it("keeps the line that names a script's shell", () => {
    const life = makeLife();
    expect(life.call(["init", "-y", "--ci", "other"]).stderr).toContain("ci/shipnote.sh, new, without its comments:\n+#!/");
  });

  it("does not tell of a deploy where a release is only prepared", () => {
    const life = makeLife();
    life.commit("Begin", { "Makefile": "release:\n\ttar -czf assets.tgz bin\n" });
    const { stderr } = life.call(["init", "-y", "--no-hook"]);
    expect(stderr).not.toContain("make release");
    expect(stderr).not.toContain("--as deploy");
  });
});
