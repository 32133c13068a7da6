import { describe, expect, it } from "vitest";
import { checksOfTree } from "../../src/checks/left-out.ts";
import { configSchema } from "../../src/config-schema.ts";

const split = (checks: Record<string, object>) => {
  const { checks: kept, leftOut } = checksOfTree(configSchema.parse({ checks }).checks, "laid side by side");
  return { kept: Object.keys(kept), leftOut: leftOut.map(({ check }) => check) };
};

describe("the checks of a tree", () => {
  it("are those of which something comes from it", () => {
    expect(split({
      command: { command: "x" },
      served: { http: "http://127.0.0.1/", serve: "x" },
      page: { http: "http://127.0.0.1/" },
      made: { report: "a.xml", command: "x" },
      lying: { report: "a.xml" },
      p95: { prometheus: "http://127.0.0.1:9090", query: "up" },
    })).toEqual({ kept: ["command", "served", "made"], leftOut: ["page", "lying", "p95"] });
  });

  it("have to be one at least; else each is told why it is none", () => {
    expect(() => split({ page: { http: "http://127.0.0.1/" }, lying: { report: "a.xml" } })).toThrow(
      "None of the checks can be laid side by side:\n  page: it has no `serve:`, and both sides would ask the same server\n  lying: it has no command that makes its report",
    );
  });
});
