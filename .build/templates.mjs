// Compiles templates/*.hbs into the bundle: a record then needs Handlebars' runtime only, not its compiler (80 ms).
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

/** An esbuild plugin that fills src/render/precompiled.ts. */
export function precompiledTemplates(root) {
  return {
    name: "precompiled-templates",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]src[\\/]render[\\/]precompiled\.ts$/ }, async () => {
        const { compile } = await loadCompiler(root);
        const folder = join(root, "templates");
        const files = (await readdir(folder)).filter((file) => file.endsWith(".hbs")).sort();
        const entries = await Promise.all(files.map(async (file) => {
          const source = (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n");
          const result = compile(source);
          if ("problems" in result) {
            throw new Error(result.problems.map(({ line, message }) => `templates/${file}:${line}: ${message}`).join("\n"));
          }
          const sha256 = createHash("sha256").update(source).digest("hex");
          return `${JSON.stringify(file.slice(0, -".hbs".length))}: { template: ${result.code}, sha256: "${sha256}" }`;
        }));
        return { contents: `export const precompiled = {\n${entries.join(",\n")}\n};\n`, loader: "js" };
      });
    },
  };
}

/** The tool's own compiler, so that our templates keep the rules that a user's must keep. */
async function loadCompiler(root) {
  const { outputFiles: [file] } = await build({
    absWorkingDir: root, entryPoints: ["src/render/compiler.ts"], bundle: true, write: false, format: "cjs", platform: "node",
    external: ["handlebars"],
  });
  const module = { exports: {} };
  new Function("require", "module", "exports", file.text)(createRequire(join(root, "package.json")), module, module.exports);
  return module.exports;
}
