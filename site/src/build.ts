/**
 * Builds the documentation as web pages: node site/src/build.ts [FOLDER]. By default, the folder is site/dist, whose pages the server serves
 * at /help. `scripts/publish-site.ts` builds pages for a web host.
 */
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "vitepress";
import { replaceFolder } from "./replace-folder.ts";

const site = join(import.meta.dirname, "..");
const target = resolve(process.argv[2] ?? join(site, "dist"));
// A failed build must not replace complete pages. Builds at the same time must not use the folders of each other.
const staging = `${target}.${process.pid}`;
const scratch = join(site, `.vitepress/.temp.${process.pid}`);
try {
  await build(site, {
    outDir: staging,
    onAfterConfigResolve: (config) => {
      config.tempDir = scratch;
    },
  });
  compressLargeFiles(staging);
  replaceFolder(staging, target);
} finally {
  for (const folder of [staging, scratch]) rmSync(folder, { recursive: true, force: true });
}

/** Compresses scripts and styles at build time, so that no request waits. Smaller files would only enlarge the package. */
function compressLargeFiles(folder: string): void {
  for (const name of globSync("assets/**/*.{js,css}", { cwd: folder })) {
    const path = join(folder, name);
    if (statSync(path).size > 20_000) writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
  }
}
