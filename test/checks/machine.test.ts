import { hostname, userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { describeMachine } from "../../src/checks/machine.ts";

describe("describeMachine", () => {
  const one = describeMachine("root:1");
  it("is the same each time, and another for each repository", () => {
    expect(describeMachine("root:1")).toEqual(one);
    expect(describeMachine("root:2").fingerprint).not.toBe(one.fingerprint);
    expect(one.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  it("names neither host nor user", () => {
    const values = Object.values(one).map(String);
    expect(values).not.toContain(hostname());
    expect(values).not.toContain(userInfo().username);
    expect(one.cores).toBeGreaterThan(0);
  });
});
