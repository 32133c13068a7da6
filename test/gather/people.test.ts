import { describe, expect, it } from "vitest";
import { contributorsOf, isBot, parsePeople } from "../../src/gather/people.ts";

describe("isBot", () => {
  const rows: [name: string, email: string, bot: boolean][] = [
    ["dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", true],
    ["Somebody", "1+renovate[bot]@users.noreply.github.com", true],
    ["renovate-bot", "x@example.org", true],
    ["Weblate (bot)", "x@example.org", true],
    ["k8s-ci-robot", "x@example.org", true],
    ["GitHub Actions", "x@example.org", true],
    ["Release", "project_42_bot_0a1b@noreply.git.example.org", true],
    ["Copilot", "198982749+Copilot@users.noreply.github.com", true],
    ["Claude", "noreply@anthropic.com", true],
    ["Claude", "claude@example.org", false],
    ["Ada Osei", "ada@example.org", false],
    ["Jan Bot", "jan@example.org", false],
    ["Abbot", "abbot@example.org", false],
    ["Talbot", "", false],
    ["Botond", "botond@bot.example.org", false],
  ];
  it.each(rows)("%s <%s>: %s", (name, email, bot) => {
    expect(isBot({ name, email })).toBe(bot);
  });
});

it("reads people from Co-authored-by values", () => {
  expect(parsePeople(["Lin Berg <lin@example.org>", "nobody", "<x@example.org>", "A <b> C <c@example.org> tail", "Unclosed <a"]))
    .toEqual([{ name: "Lin Berg", email: "lin@example.org" }, { name: "A <b> C", email: "c@example.org" }]);
});

describe("contributorsOf", () => {
  const by = (author: string, authorEmail: string, ...coAuthors: [string, string][]) =>
    ({ author, authorEmail, coAuthors: coAuthors.map(([name, email]) => ({ name, email })) });

  it("counts authors and co-authors once a commit, people first, by count, then name", () => {
    expect(contributorsOf([
      by("ci[bot]", "ci[bot]@example.org"),
      by("ci[bot]", "ci[bot]@example.org"),
      by("ci[bot]", "ci[bot]@example.org"),
      by("Lin", "lin@example.org", ["Ada", "ada@example.org"], ["Lin", "lin@example.org"]),
      by("Bo", "bo@example.org"),
      by("Ada", "ada@example.org"),
    ])).toEqual([
      { name: "Ada", commits: 2, bot: false },
      { name: "Bo", commits: 1, bot: false },
      { name: "Lin", commits: 1, bot: false },
      { name: "ci[bot]", commits: 3, bot: true },
    ]);
  });

  it("takes one address for one person, under the newest name, and one name for one person", () => {
    expect(contributorsOf([
      by("Ada Osei", "ada@example.org"), by("ada", "ADA@example.org"), by("Ada Osei", "ada@home.example"),
      by("X", ""), by("Y", ""),
    ])).toEqual([
      { name: "Ada Osei", commits: 3, bot: false }, { name: "X", commits: 1, bot: false }, { name: "Y", commits: 1, bot: false },
    ]);
  });
});
