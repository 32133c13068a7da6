import { afterEach, describe, expect, it } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import { chooseOwner, readOwners } from "../../src/gather/owners.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

let fixture: Fixture | null = null;
afterEach(() => fixture?.remove());

describe("readOwners", () => {
  it("reads the first place of the forge, at the commit that was asked for", async () => {
    fixture = makeRepository();
    const bare = fixture.commit("nothing", { a: "a" });
    const root = fixture.commit("root", { "CODEOWNERS": "* @root\n", "docs/CODEOWNERS": "* @docs\n" });
    const all = fixture.commit("all", { ".github/CODEOWNERS": "* @github\n", ".gitlab/CODEOWNERS": "[S] @gitlab\n*\n" });
    const moved = fixture.commit("moved", { "CODEOWNERS": null, "docs/CODEOWNERS": null, ".github/CODEOWNERS": null });
    fixture.write("CODEOWNERS", "* @uncommitted\n");
    const repository = await openRepository(fixture.directory, { named: true });
    const at = async (commit: string, kind: Parameters<typeof readOwners>[2]): Promise<string[]> =>
      (await readOwners(repository, commit, kind))?.("a") ?? ["not known"];
    expect(await at(bare, "github")).toEqual([]);
    expect(await at(root, "github")).toEqual(["@root"]);
    expect(await at(all, "github")).toEqual(["@github"]);
    expect(await at(all, "gitlab")).toEqual(["@root"]);
    expect(await at(all, "gitea")).toEqual(["@root"]);
    expect(await at(moved, "gitlab")).toEqual(["@gitlab"]);
    expect(await at(moved, null)).toEqual(["@gitlab"]);
    expect(await at(moved, "github")).toEqual([]);
  });
});

it("does not know where a partial clone lacks the file's content, and fetches nothing", async () => {
  fixture = makeRepository();
  const to = fixture.commit("a", { CODEOWNERS: "* @root\n" });
  fixture.git("config", "uploadpack.allowFilter", "true");
  const partial = makeRepository();
  partial.git("remote", "add", "origin", `file://${fixture.directory}`);
  partial.git("fetch", "-q", "--filter=blob:none", "origin", to);
  const repository = await openRepository(partial.directory, { named: true });
  expect(await readOwners(repository, to, null)).toBeNull();
  expect(partial.git("cat-file", "--batch-all-objects", "--batch-check")).not.toContain("blob");
  partial.remove();
});

describe("chooseOwner", () => {
  const file = (owners: string[], added: number | null, deleted: number | null) => ({ owners, added, deleted });
  const everything = {
    flag: "@flag",
    component: "@component",
    configured: "@global",
    files: [file(["@small"], 3, 4), file(["@big", "@also"], 10, 0), file(["@small"], null, null)],
    contributors: [{ name: "dependabot", commits: 9, bot: true }, { name: "Ada Osei", commits: 2, bot: false }],
  };
  it.each([
    [{}, { name: "@flag", source: "flag" }],
    [{ flag: null }, { name: "@component", source: "config" }],
    [{ flag: null, component: null }, { name: "@global", source: "config" }],
    [{ flag: null, component: null, configured: null }, { name: "@big", source: "codeowners" }],
    [
      { flag: null, component: null, configured: null, files: [file(["@sliver"], 4, 4), file([], 5, 4)] },
      { name: "Ada Osei", source: "author" },
    ],
    [
      { flag: null, component: null, configured: null, files: [file(["@half"], 4, 4), file([], 4, 4)] },
      { name: "@half", source: "codeowners" },
    ],
    [{ flag: null, component: null, configured: null, files: [file([], 5, 5)] }, { name: "Ada Osei", source: "author" }],
    [
      { flag: null, component: null, configured: null, files: [], contributors: everything.contributors.slice(0, 1) },
      { name: "dependabot", source: "author" },
    ],
    [{ flag: null, component: null, configured: null, files: [], contributors: [] }, null],
  ])("with %j: %j", (without, expected) => {
    expect(chooseOwner({ ...everything, ...without })).toEqual(expected);
  });
});
