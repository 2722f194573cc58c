import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { build, loadEnv, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The engine's two files are too big to compress on their way: a copy of each is served as it lies here. */
function compressEngine(): Plugin {
  return {
    name: "compress-engine",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const assets = join(dir, "assets");
      for (const name of readdirSync(assets).filter((file) => /^duckdb-.*\.(wasm|js)$/.test(file)))
        writeFileSync(join(assets, `${name}.gz`), gzipSync(readFileSync(join(assets, name)), { level: 9 }));
    },
  };
}

const CLASSIC = "?classic";

/**
 * `import load from "FILE?classic"`: a function that fetches the file and all it imports as one classic script.
 * Chromium keeps the compiled code of those; a module it compiles anew in each process, which takes longer than drawing.
 */
function classicScripts(): Plugin {
  let built = false;
  return {
    name: "classic-scripts",
    enforce: "pre",
    config: (_config, { command }) => {
      built = command === "build";
    },
    async resolveId(id, importer) {
      if (!id.endsWith(CLASSIC)) return null;
      const found = await this.resolve(id.slice(0, -CLASSIC.length), importer);
      return found && found.id + CLASSIC;
    },
    async load(id) {
      if (!id.endsWith(CLASSIC)) return null;
      const file = id.slice(0, -CLASSIC.length);
      if (!built) return `export default () => import(${JSON.stringify(file)});`;
      const name = basename(file, extname(file));
      const script = await classicScript(file, name);
      const place = this.emitFile({
        type: "asset",
        name: `${name}.js`,
        originalFileName: relative(import.meta.dirname, file),
        source: script,
      });
      return `import { fetchScript } from "/src/shell/fetchScript.ts";
export default () => fetchScript(import.meta.ROLLUP_FILE_URL_${place}, ${JSON.stringify(name)});`;
    },
  };
}

async function classicScript(file: string, name: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "warn",
    build: {
      target: "es2022",
      write: false,
      minify: true,
      lib: { entry: file, formats: ["iife"], name },
      rolldownOptions: { output: { postBanner: "//# allFunctionsCalledOnLoad" } },
    },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const [{ output } = { output: [] }] = Array.isArray(made) ? made : [];
  const [script] = output;
  if (script?.type !== "chunk" || output.length !== 1) throw new Error(`${file} is not one script`);
  return script.code;
}

export default defineConfig(({ mode }) => ({
  plugins: [classicScripts(), react(), compressEngine()],
  build: {
    target: "es2022",
    // The server reads there which files a page will need.
    manifest: true,
    // The page's policy allows no inline code and no data: fonts, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every page needs, in one file: faster asked for than a dozen small ones.
        codeSplitting: { groups: [{ name: "app", test: /src\/shell\/App\.tsx$/ }] },
      },
    },
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
  },
  server: {
    proxy: { "/v1": loadEnv(mode, ".", "DASHBRIDGE_").DASHBRIDGE_URL ?? "http://127.0.0.1:8000" },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
}));
