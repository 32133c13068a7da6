import { expect, it } from "vitest";
import { componentPathspecs, shipPathspecs } from "../../src/gather/scope.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";

const rows: [paths: string[], pathspecs: string[]][] = [
  [["services/api/**"], [":(top,glob)services/api/**"]],
  [["./services/api/"], [":(top,glob)services/api"]],
  [["/lib"], [":(top,glob)lib"]],
  [["{a,b}/*.ts"], [":(top,glob)a/*.ts", ":(top,glob)b/*.ts"]],
  [["x/{a,{b,c}d}"], [":(top,glob)x/bd", ":(top,glob)x/a", ":(top,glob)x/cd", ":(top,glob)x/a"]],
  [["a{b}c"], [":(top,glob)a{b}c"]],
  [["api/**", "!api/docs/**"], [":(top,glob)api/**", ":(top,exclude,glob)api/docs/**"]],
  [["!docs"], [":(top)", ":(top,exclude,glob)docs"]],
];

it.each(rows)("a component of %j", (paths, pathspecs) => {
  expect(componentPathspecs({ name: "c", paths }).toSorted()).toEqual(pathspecs.toSorted());
});

it("leaves the notes out of a ship's files", () => {
  const notes = notesPaths("notes");
  expect(shipPathspecs(notes, null)).toEqual([":(top)", ...notes.exclude]);
  expect(shipPathspecs(notes, { name: "api", paths: ["api"] })).toEqual([":(top,glob)api", ...notes.exclude]);
});
