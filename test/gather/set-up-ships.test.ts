import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/config.ts";
import { environmentsOf } from "../../src/gather/ship-lines.ts";
import { githubPattern, gitlabExpression, shellClauses, shellPatterns, shipLines, withoutBraces } from "../../src/gather/set-up-ships.ts";

const globs = ["main", "release/*", "release/**", "v?.x", "v[0-9]*", "[!v]*", "a{b,c}/*", "a+b", "it's;x", "$(x)", "**/hotfix", "a/**/x", "x.y", "{a,b}{c,d}", "@{x"];
const names = ["main", "mainx", "release/1", "release/1/2", "release/", "v1.x", "v12.x", "v9", "w", "vx", "ab/x", "ac/x", "ad/x", "a+b", "aab", "it's;x", "$(x)", "hotfix", "a/hotfix", "a/b/hotfix", "x.y", "xzy", "ac", "bd", "a", "@{x"];

/** What the hook takes a glob for. */
function meant(glob: string, name: string): boolean {
  return environmentsOf({ branch: name }, { ...defaultConfig, branches: [glob] }, null).length > 0;
}

describe("a glob of branches", () => {
  it.each(globs)("%s means to GitLab what it means to the hook", (glob) => {
    const [, source = ""] = /^\/(.*)\/$/s.exec(gitlabExpression(glob)) ?? [];
    // RE2 knows no look-around, and between slashes a slash has to be escaped.
    expect(source).not.toMatch(/\(\?[!=<]/);
    expect(source.replaceAll(/\\./g, "")).not.toContain("/");
    expect(names.filter((name) => new RegExp(source, "su").test(name))).toEqual(names.filter((name) => meant(glob, name)));
  });

  it.each(globs)("%s means to a shell at least what it means to the hook, and runs nothing", (glob) => {
    const pattern = shellPatterns(glob).join(" | ");
    const script = `for name do case $name in ${pattern}) printf '%s\\n' "$name" ;; esac; done`;
    const taken = execFileSync("sh", ["-c", script, "sh", ...names], { encoding: "utf8" }).split("\n").filter(Boolean);
    expect(names.filter((name) => meant(glob, name)).every((name) => taken.includes(name))).toBe(true);
    // A shell's star passes slashes; which pushes start the job at all is said in the forge's own patterns.
    expect(taken.filter((name) => !name.includes("/"))).toEqual(names.filter((name) => !name.includes("/") && meant(glob, name)));
  });

  it.each(globs)("%s means to a clause of a shell what it means to the hook", (glob) => {
    const clauses = shellClauses([glob]).map(({ except, patterns }) => `case $name in ${except === null ? "" : `${except}) ;; `}${patterns.join(" | ")}) printf '%s\\n' "$name" ;; esac`);
    const taken = execFileSync("sh", ["-c", `for name do ${clauses.join("; ")}; done`, "sh", ...names], { encoding: "utf8" }).split("\n").filter(Boolean);
    expect(taken.sort()).toEqual(names.filter((name) => meant(glob, name)).sort());
  });

  it("is told apart in a shell by how many slashes it has, where a star could pass one", () => {
    expect(shellClauses(["main", "dev/x", "v?", "release/*", "{a,b}/*", "**"])).toEqual([
      { except: null, patterns: ["main", "dev/x", "*"] }, { except: "*/*", patterns: ["v?"] }, { except: "*/*/*", patterns: ["release/*", "a/*", "b/*"] },
    ]);
  });

  it.each<[glob: string, pattern: string]>([["release/*", "release/*"], ["a+b", "a\\+b"], ["v?", "v*"], ["!x", "\\!x"]])("%s is written for GitHub as %s", (glob, pattern) => {
    expect(githubPattern(glob)).toBe(pattern);
  });

  it("has its alternatives spelled out", () => {
    expect(withoutBraces("a{b,c}{d,e}f")).toEqual(["abdf", "abef", "acdf", "acef"]);
    expect(withoutBraces("a{b")).toEqual(["a{b"]);
  });
});

describe("what ships", () => {
  it("is what the configuration says, else the default branch", () => {
    expect(shipLines(defaultConfig, "trunk")).toEqual([{ environment: "production", branches: ["trunk"], tags: [] }]);
    expect(shipLines(defaultConfig, null)).toEqual([{ environment: "production", branches: ["main", "master"], tags: [] }]);
    expect(shipLines({ ...defaultConfig, environment: "live", branches: ["a"] }, "trunk")).toEqual([{ environment: "live", branches: ["a"], tags: [] }]);
    expect(shipLines({ ...defaultConfig, environments: { x: { branches: ["a"], tags: ["t"] } } }, "trunk")).toEqual([{ environment: "x", branches: ["a"], tags: ["t"] }]);
  });

  it("has a component's own tags in the default environment", () => {
    const component = { paths: ["api/**"], owner: null, checks: null };
    const config = { ...defaultConfig, components: { api: { ...component, tags: "api-v*" }, web: { ...component, tags: null } } };
    expect(shipLines(config, "main")).toEqual([{ environment: "production", branches: ["main"], tags: ["api-v*"] }]);
    const environments = { staging: { branches: ["main"], tags: [] }, production: { branches: [], tags: ["v*"] } };
    expect(shipLines({ ...config, environments }, null)).toEqual([{ environment: "staging", branches: ["main"], tags: [] }, { environment: "production", branches: [], tags: ["v*", "api-v*"] }]);
  });
});
