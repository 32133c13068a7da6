import { afterEach, describe, expect, it } from "vitest";
import { repositoryIdentity } from "../../src/gather/identity.ts";
import { openRepository } from "../../src/git/repository.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

const made: Fixture[] = [];
afterEach(() => made.splice(0).forEach((fixture) => fixture.remove()));

async function identity(prepare: (fixture: Fixture) => void): Promise<string> {
  const fixture = makeRepository();
  made.push(fixture);
  prepare(fixture);
  return repositoryIdentity(await openRepository(fixture.directory, { named: true }));
}

const origin = (url: string) => (fixture: Fixture) => void fixture.git("remote", "add", "origin", url);

describe("repositoryIdentity", () => {
  it("is the same whatever the protocol, the user and a password", async () => {
    const written = [
      "https://git.example.org/web/articles.git", "git@git.example.org:web/articles", "ssh://git@git.example.org/web/articles.git",
      "https://ada:secret@git.example.org/web/articles/", "HTTPS://Git.example.org/web/articles",
    ];
    const found = await Promise.all(written.map(async (url) => identity(origin(url))));
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toMatch(/^origin:[0-9a-f]{16}$/);
    expect(await identity(origin("https://git.example.org/web/other.git"))).not.toBe(found[0]);
  });

  it("knows a repository by its first commit, and keeps to it", async () => {
    const one = await identity((fixture) => void fixture.commit("first", { a: "1" }));
    const more = await identity((fixture) => {
      fixture.commit("first", { a: "1" });
      fixture.commit("second", { a: "2" });
    });
    expect(one).toMatch(/^root:[0-9a-f]{16}$/);
    expect(more).toBe(one);
    expect(await identity((fixture) => void fixture.commit("another", { a: "1" }))).not.toBe(one);
  });

  it("is nothing where nothing is known", async () => {
    expect(await identity(() => undefined)).toBe("");
  });
});
