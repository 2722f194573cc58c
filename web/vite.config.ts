import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { loadEnv, type Plugin } from "vite";
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

export default defineConfig(({ mode }) => ({
  plugins: [react(), compressEngine()],
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
        postBanner: ({ name }) => (name === "drawChart" ? "//# allFunctionsCalledOnLoad" : ""),
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
