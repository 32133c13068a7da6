import { lintSource } from "@secretlint/core";
import { rules as presetRules } from "@secretlint/secretlint-rule-preset-recommend";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskAll, presetMayFind } from "../src/secrets.ts";
import { anchors } from "../src/secrets-rules.ts";
import { innocents, random, secrets } from "./secrets/corpus.ts";

const plain = { userPatterns: [], environment: {} };

async function maskOne(text: string, rules: Partial<typeof plain> | { environment: Record<string, string> } = {}) {
  const [masked] = await maskAll([text], { ...plain, ...rules });
  return masked ?? { text: "", rules: [] };
}

/** The texts in which the preset itself finds something, but for the rule that lets a text switch it off. */
async function textsOfFinds(texts: string[]): Promise<string[]> {
  const rules = presetRules.filter((rule) => !rule.meta.id.endsWith("filter-comments"));
  const result = await lintSource({
    source: { content: `\n${texts.join("\n\0\n")}`, filePath: "package.json", ext: ".txt", contentType: "text" },
    options: { config: { rules: rules.map((rule) => ({ id: rule.meta.id, rule })) }, noPhysicFilePath: true },
  });
  const starts: number[] = [];
  let start = 1;
  for (const text of texts) {
    starts.push(start);
    start += text.length + 3;
  }
  return result.messages.map(({ range }) => texts[starts.findLastIndex((at) => at <= range[0])] ?? "");
}

describe("the rates", () => {
  test("99 of 101 secrets are masked", async () => {
    const masked = await maskAll(secrets.map((each) => each.text), plain);
    const missed = secrets.filter((each, index) => masked[index]?.text.includes(each.secret));
    expect(secrets.length).toBe(101);
    expect(missed.map((each) => each.kind)).toEqual(["password on a line of its own", "words in a sentence"]);
  });

  test("none of 248 innocents is touched", async () => {
    const masked = await maskAll(innocents, plain);
    expect(innocents.length).toBe(248);
    expect(masked.filter((each, index) => each.text !== innocents[index])).toEqual([]);
  });
});

test.each(secrets.filter((each) => each.masked !== null))("masks $kind and nothing around it", async ({ text, masked }) => {
  const found = await maskOne(text);
  expect(found.text).toBe(masked);
  expect(found.rules.length).toBeGreaterThan(0);
});

test.each(["-u", "-b", "--user", "--proxy-user", "-U"])("comes to an end with a line that begins with %s", async (flag) => {
  const text = `Options:\n${flag} alice:Tr0ub4dor-3 is read\n\n${flag} is not`;
  const { text: masked } = await maskOne(text);
  expect(masked).toBe(flag === "-b" ? text : `Options:\n${flag} alice:[masked] is read\n\n${flag} is not`);
});

test("what an earlier run masked stays as it is", async () => {
  const once = await maskAll(secrets.map((each) => each.text), plain);
  const twice = await maskAll(once.map((each) => each.text), plain);
  expect(twice).toEqual(once.map(({ text }) => ({ text, rules: [] })));
});

test("masking any mixture twice equals masking it once", async () => {
  const piece = fc.oneof(
    fc.constantFrom(...secrets.map((each) => each.text), ...innocents),
    fc.constantFrom("[masked]", " ", "\n", "=", ":", "TOKEN=", "password: ", "://a:", "@b.c", '"', "--token ", "Cookie: a=", "\0", "\uFEFF"),
    fc.string({ maxLength: 12 }),
  );
  await fc.assert(fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 20 }), async (groups) => {
    const texts = groups.map((pieces) => pieces.join(""));
    const once = await maskAll(texts, plain);
    const twice = await maskAll(once.map((each) => each.text), plain);
    expect(twice.map((each) => each.text)).toEqual(once.map((each) => each.text));
  }), { numRuns: 150, endOnFailure: true });
});

test("each text is masked as if it were alone", async () => {
  const all = [...secrets.map((each) => each.text), ...innocents, "", "\uFEFFtext", "a\n\0\nb"];
  const together = await maskAll(all, plain);
  for (const [index, text] of all.entries()) expect(together[index]).toEqual(await maskOne(text));
});

test("names the rules, sorted, each once", async () => {
  const url = ["https://web:", "hunter2", "@git.example.org/"].join("");
  const found = await maskOne(`${url} TOKEN=abcdef ${url} SECRET=ghijkl`);
  expect(found).toEqual({
    text: "https://web:[masked]@git.example.org/ TOKEN=[masked] https://web:[masked]@git.example.org/ SECRET=[masked]",
    rules: ["assignment", "url-credentials"],
  });
});

describe("secretlint's preset", () => {
  test("is the one whose shapes the prefilter knows", () => {
    expect(presetRules.map((rule) => rule.meta.id.replace("@secretlint/secretlint-rule-", "")).sort()).toEqual([
      "1password", "anthropic", "aws", "basicauth", "database-connection-string", "databricks", "docker", "figma",
      "filter-comments", "gcp", "github", "gitlab", "grafana", "groq", "hashicorp-vault", "huggingface", "linear",
      "notion", "npm", "openai", "privatekey", "sendgrid", "shopify", "slack", "vercel",
    ]);
  });

  test("finds nothing that the prefilter does not announce, however it is embedded and changed", async () => {
    const mutated = fc.record({
      secret: fc.constantFrom(...secrets),
      edits: fc.array(fc.record({ place: fc.nat(), with: fc.constantFrom(..."aZ09_-./=: \n") }), { maxLength: 2 }),
      cut: fc.tuple(fc.nat(6), fc.nat(6)),
      before: fc.oneof(fc.constantFrom("", " ", "x", "=", '"', "\n", "é"), fc.string({ maxLength: 8 })),
      after: fc.oneof(fc.constantFrom("", " ", "x", '"', "\n", ".", "é"), fc.string({ maxLength: 8 })),
      whole: fc.boolean(),
    }).map(({ secret, edits, cut, before, after, whole }) => {
      const chars = [...(whole ? secret.text : secret.secret)];
      for (const edit of edits) chars[edit.place % chars.length] = edit.with;
      return before + chars.slice(cut[0] > 3 ? cut[0] - 3 : 0, chars.length - (cut[1] > 3 ? cut[1] - 3 : 0)).join("") + after;
    });
    let finds = 0;
    await fc.assert(fc.asyncProperty(fc.array(mutated, { minLength: 400, maxLength: 400 }), async (texts) => {
      // Many texts a call: secretlint's profiler gets slower with each call in a process.
      for (const text of await textsOfFinds(texts)) {
        finds += 1;
        expect([text, presetMayFind(text), text.search(anchors) >= 0]).toEqual([text, true, true]);
      }
    }), { numRuns: 20, endOnFailure: true });
    expect(finds).toBeGreaterThan(500);
  });

  test("leaves nothing over that it would find after masking", async () => {
    const masked = await maskAll(secrets.map((each) => each.text), plain);
    expect(await textsOfFinds(masked.map((each) => each.text.replaceAll("[masked]", "")))).toEqual([]);
  });

  test.each(["glc_" + random("alnum", 40), "ntn_" + random("digits", 11) + random("alnum", 35), "vca_" + random("alnum", 30)])(
    "is asked about %s, which stands alone", async (token) => {
      expect((await maskOne(`call ${token} now`)).text).toBe("call [masked] now");
    },
  );

  test("is asked about what our rules leave", async () => {
    const token = ["li", "n_api_", random("alnum", 40)].join("");
    expect(await maskOne(`call ${token} now`)).toEqual({ text: "call [masked] now", rules: ["linear"] });
  });

  test("is not switched off by a stranger's comment, nor shifted by a byte order mark", async () => {
    const token = ["li", "n_api_", random("alnum", 40)].join("");
    const text = `\uFEFFsecretlint-disable\n${token} secretlint-disable-line`;
    expect((await maskOne(text)).text).toBe("\uFEFFsecretlint-disable\n[masked] secretlint-disable-line");
  });

  test("is not needed for any innocent", () => {
    expect(innocents.filter((text) => presetMayFind(text))).toEqual([]);
  });
});

describe("the environment", () => {
  test.each([
    ["DEPLOY_TOKEN", "blue-whale-42", true],
    ["PGPASSWORD", "blue-whale-42", true],
    ["STRIPE_API_KEY", "blue-whale-42", true],
    ["APP_SECRET_PROD", "blue-whale-42", true],
    ["GREETING", "blue-whale-42", false],
    ["TOKEN_FILE", "blue-whale-42", false],
    ["SSH_AUTH_SOCK", "/tmp/blue-whale-42", false],
    ["PWD", "/home/blue/whale", false],
    ["DB_PASSWORD", "postgres", false],
    ["APP_SECRET", "production", false],
    ["DB_PASSWORD", "short", false],
    ["SIGNING_KEY", "./keys/blue.whale", false],
    ["SENTRY_DSN", "https://sentry.example.org/42", false],
  ])("%s=%s: masked is %s", async (name, value, masked) => {
    const text = `echo ${value} there`;
    expect(await maskOne(text, { environment: { [name]: value } }))
      .toEqual(masked ? { text: "echo [masked] there", rules: ["environment-variable"] } : { text, rules: [] });
  });

  test("what a check sends is secret whatever its variable is called", async () => {
    const rules = { ...plain, environment: { STAGING_BASIC: "Ymx1ZTp3aGFsZQ", GREETING: "blue-whale-42" }, secretVariables: ["STAGING_BASIC"] };
    expect((await maskAll(["sent Ymx1ZTp3aGFsZQ, said blue-whale-42"], rules)).map(({ text }) => text)).toEqual(["sent [masked], said blue-whale-42"]);
  });

  test("also as a URL and as base64 has the value, and each line of a long one", async () => {
    const environment = { API_TOKEN: "blue whale/42?", SIGNING_KEY: "first line of a key\nsecond line of a key" };
    expect((await maskOne("a blue%20whale%2F42%3F b Ymx1ZSB3aGFsZS80Mj8= c\nsecond line of a key", { environment })).text)
      .toBe("a [masked] b [masked]= c\n[masked]");
  });
});

describe("the user's patterns", () => {
  const masked = (texts: string[], ...userPatterns: string[]) => maskAll(texts, { userPatterns, environment: {} });

  test("mask what they match, line by line", async () => {
    expect(await masked(["for ACME-12345678 and\nACME-87654321", "ACME-1"], "ACME-[0-9]{8}")).toEqual([
      { text: "for [masked] and\n[masked]", rules: ["redact"] }, { text: "ACME-1", rules: [] },
    ]);
  });

  test("that match nothing at all, or the mask itself, change nothing", async () => {
    expect(await masked(["a [masked] 1", ""], "x*", "masked")).toEqual([{ text: "a [masked] 1", rules: [] }, { text: "", rules: [] }]);
  });

  test("that never end cost a second at most, and leave nothing unseen", async () => {
    const began = performance.now();
    const texts = ["fine", ...Array.from({ length: 40 }, () => `${"a".repeat(40)}!`), "b"];
    const found = await masked(texts, "^(a+)+$");
    expect(performance.now() - began).toBeLessThan(4000);
    expect(found[0]).toEqual({ text: "fine", rules: [] });
    expect(found.slice(1, 41).every((each) => each.text === "[masked]" && each.rules[0] === "redact-timeout")).toBe(true);
  });
});

test("10,000 subjects are searched in one go, without secretlint", async () => {
  const subjects = Array.from({ length: 10_000 }, (_, index) => `${innocents[index % innocents.length]} (#${index})`);
  await maskAll(subjects.slice(0, 100), plain);
  const began = performance.now();
  const masked = await maskAll(subjects, plain);
  expect(masked.every((each) => each.rules.length === 0)).toBe(true);
  // A few ms for ordinary subjects; these are all of the suspicious kind, and the machine may be busy.
  expect(performance.now() - began).toBeLessThan(2000);
});
