import { expect, it } from "vitest";
import { inScope, shipPathspecs } from "../../src/gather/scope.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";

const notes = notesPaths("notes");

const rows: [paths: string[], pathspecs: string[]][] = [
  [["services/api/**"], ["services/api/**", "services/api/**/**"]],
  [["./services/api/"], ["services/api"]],
  [["/lib", "lib/"], ["lib"]],
  [["{a,b}/*.ts"], ["a/*.ts", "a/*.ts/**", "b/*.ts", "b/*.ts/**"]],
  [["x/{a,{b,c}d}"], ["x/a", "x/bd", "x/cd"]],
  [["a{b}c"], ["a{b}c"]],
  [["api", "!api/docs/**"], ["api"]],
];

it.each(rows)("a component of %j", (paths, globs) => {
  expect(shipPathspecs(notes, { name: "c", paths }).toSorted())
    .toEqual([...globs.map((glob) => `:(top,glob)${glob}`), ...notes.exclude].toSorted());
});

it("takes all but the notes where there is no component", () => {
  expect(shipPathspecs(notes, null)).toEqual([":(top)", ...notes.exclude]);
});

it("tells a component's paths", () => {
  const isOurs = inScope({ name: "api", paths: ["api", "!api/docs", "lib/*.ts"] });
  expect(["api/a.ts", "api/docs/a.md", "lib/a.ts", "lib/a/b.ts", "web/a.ts"].filter(isOurs)).toEqual(["api/a.ts", "lib/a.ts"]);
  expect(inScope(null)("web/a.ts")).toBe(true);
});
