import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Life, makeLife, removeAll } from "./life.ts";
import { ctrl, sit, type Sitting } from "./questions-rig.ts";

afterAll(removeAll);

function project(): Life {
  const life = makeLife();
  life.git("remote", "add", "origin", "git@github.com:acme/web.git");
  life.commit("Begin", { "package.json": '{"scripts": {"test": "vitest"}, "devDependencies": {"vitest": "4"}}', ".gitignore": "node_modules\n" });
  return life;
}

const init = (life: Life): Sitting => sit(life, [], { shell: 'exec "$0" "$1" init' });

/** Waits for each question in turn, and presses a key. */
async function press(seat: Sitting, ...steps: readonly (readonly [question: string, key: string])[]): Promise<void> {
  for (const [question, key] of steps) {
    await seat.shows(question);
    await seat.shows("a letter)");
    seat.type(key);
  }
}

const asked = { who: "Who writes the record of a push?", config: "Write shipnote.config.yaml?", hook: "Install the git hook", job: "Write the job for GitHub Actions", file: "Write .github/workflows/shipnote.yml?" };

describe("init in a terminal", () => {
  it("asks who records, shows the file, and does what Enter takes", async () => {
    const life = project();
    const seat = init(life);
    await press(seat, [asked.who, "\r"], [asked.config, "\r"], [asked.hook, "\r"]);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).toContain("+checks:");
    expect(parse(life.read("shipnote.config.yaml"))).toMatchObject({ record: { by: "hook" } });
    expect(life.has(".git/hooks/pre-push")).toBe(true);
  });

  it("offers the job where CI is to record, and writes only what is agreed to", async () => {
    const life = project();
    const seat = init(life);
    await press(seat, [asked.who, "c"], [asked.job, "y"], [asked.config, "y"], [asked.file, "n"]);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).toContain("+    runs-on: ubuntu-latest");
    expect(parse(life.read("shipnote.config.yaml"))).toMatchObject({ record: { by: "ci" } });
    expect([life.has(".github"), life.has(".git/hooks/pre-push")]).toEqual([false, false]);
    expect(seat.shown()).toContain("left .github/workflows/shipnote.yml as it is");
  });

  it("shows how a configuration that stands would change, and leaves it where nobody agrees", async () => {
    const life = project();
    life.write("shipnote.config.yaml", "notes: docs\nrecord: { by: hook }\n");
    const seat = init(life);
    await press(seat, ["Change shipnote.config.yaml like this?", "n"], [asked.hook, "n"]);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).not.toContain(asked.who);
    expect(seat.shown()).toMatch(/ notes: docs\r\n record: \{ by: hook \}\r\n\+/);
    expect(life.read("shipnote.config.yaml")).toBe("notes: docs\nrecord: { by: hook }\n");
    expect(life.has(".git/hooks/pre-push")).toBe(false);
  });

  it.each([0, 1, 2])("leaves everything as it was after Ctrl-C at question %i", async (place) => {
    const life = project();
    const seat = init(life);
    const questions = [asked.who, asked.config, asked.hook];
    await press(seat, ...questions.slice(0, place).map((question) => [question, "\r"] as const), [questions[place] ?? "", ctrl("c")]);
    expect((await seat.ended).exitCode).toBe(130);
    expect([life.has("shipnote.config.yaml"), life.has(".git/hooks/pre-push")]).toEqual([false, false]);
  });
});
