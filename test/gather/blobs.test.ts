import { execFileSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { blobSizes, lfsSizes } from "../../src/gather/blobs.ts";
import { openRepository } from "../../src/git/repository.ts";
import { fixtureEnvironment, makeRepository } from "../git-fixture.ts";

const fixture = makeRepository();
const repository = await openRepository(fixture.directory, { named: true });
afterAll(() => fixture.remove());

function store(content: string): string {
  return execFileSync("git", ["hash-object", "-w", "--stdin"], {
    cwd: fixture.directory, input: content, encoding: "utf8", env: fixtureEnvironment(0),
  }).trim();
}

it("says sizes, and leaves out what is not there", async () => {
  const [empty, six] = [store(""), store("line\n\n")];
  expect(await blobSizes(repository, [six, "1".repeat(40), empty])).toEqual(new Map([[six, 6], [empty, 0]]));
  expect(await blobSizes(repository, [])).toEqual(new Map());
});

const oid = `oid sha256:${"a".repeat(64)}`;
it.each([
  ["a pointer", `version https://git-lfs.github.com/spec/v1\n${oid}\nsize 12345\n`, 12_345],
  ["a pointer with an extension", `version https://git-lfs.github.com/spec/v1\next-0-foo sha256:${"b".repeat(64)}\n${oid}\nsize 7\n`, 7],
  ["a pointer of old", `version http://git-media.io/v/2\n${oid}\nsize 7\n`, 7],
  ["a pointer to nothing", `version https://git-lfs.github.com/spec/v1\n${oid}\nsize 0\n`, 0],
  ["a text about pointers", `A pointer starts with\nversion https://git-lfs.github.com/spec/v1\n${oid}\nsize 1\n`, undefined],
  ["a pointer without a size", `version https://git-lfs.github.com/spec/v1\n${oid}\n`, undefined],
  ["a pointer without an id", `version https://git-lfs.github.com/spec/v1\nsize 12\n${"#".repeat(60)}\n`, undefined],
  ["a pointer whose size is none", `version https://git-lfs.github.com/spec/v1\n${oid}\nsize 9999999999999999\n`, undefined],
  ["what is too long for one", `version https://git-lfs.github.com/spec/v1\n${oid}\nsize 1\n${"x".repeat(1000)}\n`, undefined],
])("tells %s", async (_, content, size) => {
  const other = store("between\n".repeat(10));
  const id = store(content);
  const sizes = await blobSizes(repository, [other, id]);
  expect((await lfsSizes(repository, sizes)).get(id)).toBe(size);
});
