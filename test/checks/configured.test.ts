import { describe, expect, it } from "vitest";
import { configuredChecks } from "../../src/checks/configured.ts";
import { configSchema } from "../../src/config-schema.ts";

const config = configSchema.parse({
  checks: { page: { command: "a" }, tests: { report: "r.xml" }, size: { report: "s.json" } },
  components: { api: { paths: ["api"], checks: ["page"] }, web: { paths: ["web"] } },
});
const names = (only: string[], component: string | null = null): string[] => Object.keys(configuredChecks(config, { only, component }));

describe("configuredChecks", () => {
  it("are all, those asked for, or the component's", () => {
    expect(names([])).toEqual(["page", "tests", "size"]);
    expect(names(["size", "page", "size"])).toEqual(["size", "page"]);
    expect(names([], "api")).toEqual(["page"]);
    expect(names([], "web")).toEqual(["page", "tests", "size"]);
    expect(names(["tests"], "api")).toEqual(["tests"]);
  });

  it.each([
    [["pages"], null, /There is no check 'pages'/],
    [["toString"], null, /There is no check 'toString'/],
    [[], "db", /There is no component 'db'/],
    [[], "toString", /There is no component/],
  ])("refuse %j of %s", (only, component, message) => {
    expect(() => names(only, component)).toThrow(message);
  });

  it("say that nothing is configured", () => {
    expect(() => configuredChecks(configSchema.parse({}), { only: [], component: null })).toThrow(/No check is configured/);
  });
});
