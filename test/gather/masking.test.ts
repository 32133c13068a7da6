import { expect, it } from "vitest";
import { maskStrings } from "../../src/gather/masking.ts";

const rules = { userPatterns: ["acme", "test"], environment: { DB_PASSWORD: "correcthorse" } };

it("masks what a stranger wrote, also where it is one plain word", async () => {
  expect(await maskStrings({ subject: "acme", path: "acme", author: "correcthorse", title: "the acme thing", trailers: { Kind: ["acme"] } }, rules)).toEqual({
    subject: "[masked]", path: "[masked]", author: "[masked]", title: "the [masked] thing", trailers: { Kind: ["[masked]"] },
  });
});

it("leaves our own words, lines, checks and ids alone, whatever a rule says", async () => {
  const record = { kind: "test", status: "acme", environment: "acme", check: "test", sha: "a".repeat(40), test: 1, subject: "test" };
  expect(await maskStrings(record, { ...rules, userPatterns: [...rules.userPatterns, "a"] })).toEqual({ ...record, subject: "[masked]" });
});

it("masks whole sentences in the fields of our words", async () => {
  expect(await maskStrings({ source: "/var/log/acme.log" }, rules)).toEqual({ source: "/var/log/[masked].log" });
});
