import { describe, expect, it } from "vitest";
import { size } from "../../src/formats/size.ts";

function sizes(files: Record<string, number>): Record<string, number | null> {
  const reports = Object.entries(files).map(([path, bytes]) => ({ path, text: "", bytes }));
  return Object.fromEntries(size.read(reports, {}).map(({ metric, value }) => [metric, value]));
}

describe("size", () => {
  it("tells the total, and each file where they are few", () => {
    expect(sizes({ "dist/main.js": 1200 })).toEqual({ size: 1200 });
    expect(sizes({ "dist/main.js": 1200, "dist/style.css": 300 })).toEqual({ "size": 1500, "dist/main.js": 1200, "dist/style.css": 300 });
    expect(sizes(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`f${n}`, 1])))).toHaveProperty("f19", 1);
    expect(sizes(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`f${n}`, 1])))).toEqual({ size: 21 });
    expect(size.read([{ path: "a", text: "", bytes: 0 }], {})).toMatchObject([{ metric: "size", unit: "bytes", better: "lower", value: 0 }]);
  });

  it.each([
    ["assets/index-BxY3kZ9a.js", "assets/index-*.js"], // Vite
    ["assets/index-DiwrgTda.css", "assets/index-*.css"],
    ["static/main.3f2a1b9c.chunk.js", "static/main.*.chunk.js"], // webpack
    ["lib_0123456789abcdef0123.so", "lib_*.so"],
    ["assets/user-settings.js", "assets/user-settings.js"],
    ["a/jquery.min.js", "a/jquery.min.js"],
    ["app-useState.js", "app-useState.js"],
    ["3f2a1b9c.js", "3f2a1b9c.js"],
    ["v1-3f2a1b9c/main.js", "v1-3f2a1b9c/main.js"],
  ])("leaves the digest of a content out of %s", (path, name) => {
    expect(Object.keys(sizes({ [path]: 1, other: 1 }))).toEqual(["size", name, "other"]);
  });

  it("adds files that only a digest told apart", () => {
    expect(sizes({ "chunk-aaaa1111.js": 1, "chunk-bbbb2222.js": 2, "x": 4 })).toEqual({ "size": 7, "chunk-*.js": 3, "x": 4 });
  });

  it("is never what a text looks like", () => {
    expect(size.recognizes("12")).toBe(false);
  });
});
