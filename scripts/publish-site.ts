/**
 * Builds the documentation for a web host: npm run publish:site -- FOLDER [--base /PATH/]. The base is the URL path at which the host serves the
 * folder. The version goes to FOLDER/VERSION, with the API reference in its folder `api`. Versions that are already there remain, and the pages
 * let the reader choose one.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { referenceFiles } from "../server/src/http/reference/reference-page.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { base: { type: "string", default: "/" } },
});
const [given] = positionals;
const { base } = values;
if (given === undefined || positionals.length > 1 || !/^\/(?:.*\/)?$/.test(base)) {
  console.error(
    `Name one folder: npm run publish:site -- FOLDER [--base /PATH/]. The path must begin and end with "/".`,
  );
  process.exit(2);
}
const release = /^\d+\.\d+\.\d+$/;
if (!release.test(manifest.version)) {
  console.error(`Version ${manifest.version} is not a release. Publish the documentation of a release.`);
  process.exit(1);
}
const folder = resolve(given);
const target = join(folder, manifest.version);
mkdirSync(folder, { recursive: true });
execFileSync(process.execPath, [join(import.meta.dirname, "../site/src/build.ts"), target], {
  env: {
    ...process.env,
    TEMBO_SITE_BASE: `${base}${manifest.version}/`,
    TEMBO_SITE_VERSIONS: `${base}versions.json`,
  },
  stdio: "inherit",
});
mkdirSync(join(target, "api"));
for (const [name, text] of Object.entries(await referenceFiles()))
  writeFileSync(join(target, "api", name), text);
const versions = readdirSync(folder)
  .filter((name) => release.test(name) && existsSync(join(folder, name, "index.html")))
  .sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
writeFileSync(join(folder, "versions.json"), JSON.stringify(versions));
writeFileSync(
  join(folder, "index.html"),
  `<!doctype html><title>Tembo</title><meta http-equiv="refresh" content="0; url=${versions[0]}/">\n`,
);
console.log(`${target} has the pages of version ${manifest.version}. The newest version is ${versions[0]}.`);
