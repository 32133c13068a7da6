import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a repository of `count` commits by fast-import: three files touched by each, of four hundred. */
export function makeHistory(directory, count) {
  mkdirSync(directory, { recursive: true });
  execFileSync("git", ["-c", "init.defaultBranch=main", "init", "-q"], { cwd: directory });
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const lines = [];
  for (let number = 0; number < count; number += 1) {
    const message = `Change number ${number} of the ordering of things\n\nBecause the order before it was ${number - 1}.\n`;
    lines.push("commit refs/heads/main", `mark :${number + 1}`);
    lines.push(`author Ada Osei <ada@example.org> ${1_700_000_000 + number * 60} +0000`, `committer Ada Osei <ada@example.org> ${1_700_000_000 + number * 60} +0000`);
    lines.push(`data ${Buffer.byteLength(message)}`, message.trimEnd(), "");
    if (number > 0) lines.push(`from :${number}`);
    for (let file = 0; file < 3; file += 1) {
      const name = random(400);
      const text = `${Array.from({ length: 20 }, (_, line) => `line ${line} of ${name} at ${line === random(20) ? number : 0}`).join("\n")}\n`;
      lines.push(`M 100644 inline src/part-${name % 12}/file-${name}.ts`, `data ${Buffer.byteLength(text)}`, text);
    }
  }
  execFileSync("git", ["fast-import", "--quiet"], { cwd: directory, input: `${lines.join("\n")}\n`, maxBuffer: 1 << 28 });
  execFileSync("git", ["reset", "-q", "--hard", "main"], { cwd: directory });
}

/** Fills notes/ with `count` records, each a real one under another id. */
export function makeArchive(directory, { node, tool, env, count }) {
  execFileSync(node, [tool, "record", "--yes", "--reason", "Because."], { cwd: directory, env, stdio: "ignore" });
  const [year] = readdirSync(join(directory, "notes")).filter((name) => /^\d{4}$/.test(name));
  const [id] = readdirSync(join(directory, "notes", year)).filter((name) => !name.endsWith(".md"));
  const facts = JSON.parse(readFileSync(join(directory, "notes", year, id, "record.json"), "utf8"));
  const markdown = readFileSync(join(directory, "notes", year, `${id}.md`), "utf8");
  for (let number = 0; number < count; number += 1) {
    const day = new Date(Date.UTC(2020, 0, 1 + (number % 1800))).toISOString().slice(0, 10);
    const name = `${day}-ship-number-${number}`;
    const folder = join(directory, "notes", day.slice(0, 4), name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "record.json"), `${JSON.stringify({ ...facts, id: name, title: `Ship number ${number}`, shippedAt: `${day}T09:00:00Z` }, null, 2)}\n`);
    writeFileSync(`${folder}.md`, markdown);
  }
}
