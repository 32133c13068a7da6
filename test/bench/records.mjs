import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { precompiledTemplates } from "../../.build/templates.mjs";

/** What makes many records in one process: the parts of the tool that read many ships at once, and those that render. */
const source = `
export { readNamedCommits } from "./src/gather/audit-commits.ts";
export { readNetDiffs } from "./src/gather/audit-files.ts";
export { objectIds } from "./src/gather/audit-objects.ts";
export { patchIdsOf } from "./src/gather/audit-patches.ts";
export { fileKind, configuredKinds } from "./src/gather/kinds.ts";
export { contributorsOf } from "./src/gather/people.ts";
export { openRepository } from "./src/git/repository.ts";
export { factsText } from "./src/record/assemble.ts";
export { notesPaths } from "./src/record/notes-paths.ts";
export { renderRecord } from "./src/render/record.ts";
export { loadTemplates } from "./src/render/templates.ts";
`;

/**
 * Fills notes/ with a record for every \`step\` commits of a linear history, as \`record\` would have written each: by the
 * model of one that it wrote.
 */
export async function makeRecords(directory, { root, node, tool, env, count, step, scratch }) {
  const bundle = join(scratch, "records.mjs");
  await build({
    stdin: { contents: source, resolveDir: root, loader: "ts" }, outfile: bundle, bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error",
    plugins: [precompiledTemplates(root)],
    define: { "globalThis.shipnoteVersion": JSON.stringify(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version) },
    banner: { js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);' },
  });
  const ours = await import(pathToFileURL(bundle).href);
  execFileSync(node, [tool, "record", "--yes", "--from", "HEAD~5", "--reason", "Because."], { cwd: directory, env, stdio: "ignore" });
  const notes = join(directory, "notes");
  const [year] = readdirSync(notes).filter((name) => /^\d{4}$/.test(name));
  const [id] = readdirSync(join(notes, year)).filter((name) => !name.endsWith(".md"));
  const model = JSON.parse(readFileSync(join(notes, year, id, "record.json"), "utf8"));
  execFileSync("rm", ["-rf", notes, join(directory, ".git/shipnote")]);

  const repository = await ours.openRepository(directory, { named: true });
  const paths = ours.notesPaths("notes");
  const shas = execFileSync("git", ["rev-list", "--reverse", "HEAD"], { cwd: directory, encoding: "utf8", maxBuffer: 1 << 28 }).trim().split("\n");
  const ends = Array.from({ length: count }, (_, place) => ({ from: shas[place * step], to: shas[(place + 1) * step], commits: shas.slice(place * step + 1, (place + 1) * step + 1).reverse() })).filter(({ to }) => to !== undefined);
  const tree = (commit) => `${commit}^{tree}`;
  const trees = await ours.objectIds(repository, ends.flatMap(({ from, to }) => [tree(from), tree(to)]));
  const pairs = ends.map(({ from, to }) => ({ before: trees.get(tree(from)), after: trees.get(tree(to)) }));
  const [diffs, patchIds, named, templates] = await Promise.all([
    ours.readNetDiffs(repository, pairs, { notes: paths, component: null, bare: false }),
    ours.patchIdsOf(repository, pairs, paths),
    ours.readNamedCommits(repository, ends.map(({ to, commits }) => ({ commits, mailmapAt: to })), new Map()),
    ours.loadTemplates({}),
  ]);
  const kinds = ours.configuredKinds({});
  for (const [place, { from, to, commits: ids }] of ends.entries()) {
    const read = ids.map((sha) => named[place].commits.get(sha));
    const commits = read.map(({ sha, subject, author, date, committer, committedAt, parents, trailers, reverts }) => ({ sha, subject, author, date, committer, committedAt, parents, trailers, reverts }));
    const files = diffs[place].files.map((file) => ({ ...file, kind: ours.fileKind(file.path, kinds), owners: [] }));
    const total = (key) => files.reduce((sum, file) => sum + file[key], 0);
    const shippedAt = commits[0].committedAt;
    const name = `${shippedAt.slice(0, 10)}-ship-number-${place}`;
    const record = {
      ...model, id: name, title: `Ship number ${place}`, shippedAt, recordedAt: shippedAt,
      range: { from, to, toTree: trees.get(tree(to)), patchId: patchIds[place], source: "previous-record" },
      contributors: ours.contributorsOf(read), commits, files,
      counts: { commits: commits.length, files: files.length, ignored: 0, added: total("added"), deleted: total("deleted") },
      rollback: { ...model.rollback, commands: ids.map((sha) => `git revert --no-edit ${sha.slice(0, 12)}`), hazards: [] },
    };
    const { text, regions } = await ours.renderRecord(record, null, { templates, atHand: null, prose: { why: "Because." }, quotation: null, force: false, outcome: null });
    const folder = join(notes, name.slice(0, 4), name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "record.json"), ours.factsText({ ...record, generator: { ...model.generator, regions } }));
    writeFileSync(`${folder}.md`, text);
  }
}
