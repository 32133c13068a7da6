// Bundles src/ into dist/: one file a command, so that a command loads what it needs in one read, and the licences of
// what is inside. What few calls need and much weighs lies in dist/lazy; failure.js is shared, for it is told by its class.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { precompiledTemplates } from "./templates.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

/** Each with a package that weighs more than all that is around it, or loaded while git works. */
const lazy = [
  "src/commands/record-prepare.ts", "src/document/tree.ts", "src/archive/validate.ts", "src/state/results-schema.ts", "src/state/comparisons-schema.ts",
  "src/secrets-preset.ts", "src/config-problems.ts", "src/config-edit.ts", "src/document/front-matter-yaml.ts", "src/terminal-questions.ts",
  "src/git/commit.ts", "src/formats/report.ts", "src/execute-tail.ts", "src/execute-terminal.ts", "src/render/compiler.ts", "src/render/pages/elsewhere.ts",
  "src/render/plot.ts", "src/commands/hook-ships.ts", "src/commands/hook-place.ts", "src/commands/hook-status.ts",
].map((path) => join(root, path));
const commands = (await readdir(join(root, "src/commands"))).filter((name) => !name.includes("-")).map((name) => join(root, "src/commands", name));
const failure = join(root, "src/failure.ts");
const program = join(root, "src/program.ts");

/** Keeps what has a file of its own (`which`) out of a bundle whose files reach dist/ by `up`. */
const separate = (up, which) => ({
  name: "separate",
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      const folder = file === failure || file === program ? "" : lazy.includes(file) ? "lazy/" : commands.includes(file) ? "commands/" : null;
      return folder === null || !which.includes(file) ? undefined : { path: `${up}${folder}${basename(file, ".ts")}.js`, external: true };
    });
  },
});

const bundle = async (entryPoints, outdir, options = {}) => build({
  absWorkingDir: root,
  entryPoints,
  outdir,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  chunkNames: "[name]-[hash]",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  external: Object.keys(manifest.dependencies ?? {}),
  define: { "globalThis.shipnoteVersion": JSON.stringify(manifest.version) },
  metafile: true,
  write: false,
  logLevel: "warning",
  ...options,
});

await rm(join(root, "dist"), { recursive: true, force: true });
const results = await Promise.all([
  bundle(["src/main.ts"], "dist", { plugins: [separate("./", [failure, program])] }),
  bundle(["src/program.ts"], "dist", { plugins: [separate("./", [failure, ...commands])] }),
  bundle(["src/failure.ts"], "dist"),
  bundle(lazy, "dist/lazy", { splitting: true, entryNames: "[name]", plugins: [separate("../", [failure]), precompiledTemplates(root)] }),
  ...commands.map((command) => bundle([command], "dist/commands", { plugins: [separate("../", [failure, ...lazy]), precompiledTemplates(root)] })),
]);

// Bundled CommonJS packages ask for Node's own modules by `require`, through a function that esbuild puts into a bundle.
const requireBanner = 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);\n';
for (const { path, text } of results.flatMap(({ outputFiles }) => outputFiles)) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text.includes("Dynamic require of") ? `${requireBanner}${text}` : text);
}

const packages = new Set(
  results.flatMap(({ metafile }) => Object.keys(metafile.inputs)).flatMap((path) => {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
    return found === null ? [] : [found[1]];
  }),
);
const licences = [];
for (const folder of [...packages].sort()) {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const file = (await readdir(join(root, folder))).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? "" : (await readFile(join(root, folder, file), "utf8")).trim();
  licences.push(`${name} ${version} (${typeof license === "string" ? license : "see below"})\n\n${text}\n`);
}
await writeFile(join(root, "dist", "THIRD-PARTY-LICENCES.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
