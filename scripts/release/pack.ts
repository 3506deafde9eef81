/**
 * Packs the npm packages and the Debian packages that users install: npm run release:pack [-- FOLDER]. The default folder is .cache/release.
 * Beside each npm package is a list of its parts in CycloneDX's format, and SHA256SUMS has the hashes of all files.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { commandPackage, sdkPackage } from "./contents.ts";
import { describeCommand, describePackage } from "./describe-parts.ts";
import { architectures, packDebian } from "./pack-debian.ts";
import { runNpm, writePinnedTree } from "./pinned-tree.ts";
import { stageCommand } from "./stage-command.ts";
import { requireSameVersions } from "./versions.ts";

const root = join(import.meta.dirname, "../..");
requireSameVersions(root);
const target = resolve(process.argv[2] ?? join(root, ".cache/release"));
mkdirSync(target, { recursive: true });
const staging = mkdtempSync(join(tmpdir(), "tembo-release-"));
try {
  const files = [...(await packCommand()), ...packSdk()];
  const sums = files.map((file) => `${sha256(file)}  ${basename(file)}\n`);
  writeFileSync(join(target, "SHA256SUMS"), sums.join(""));
  for (const file of files) console.log(`${(statSync(file).size / 1e6).toFixed(1).padStart(6)} MB  ${file}`);
} finally {
  rmSync(staging, { recursive: true });
}

async function packCommand(): Promise<string[]> {
  execFileSync(process.execPath, [join(root, "site/src/build.ts")], { stdio: "inherit" });
  const folder = join(staging, commandPackage);
  mkdirSync(folder, { recursive: true });
  const manifest = await stageCommand(root, folder);
  const tarball = pack(folder);
  const files = [tarball, writeParts("tembo", describeCommand(root, manifest, join(staging, "parts")))];
  for (const architecture of Object.keys(architectures) as (keyof typeof architectures)[]) {
    const scratch = join(staging, architecture);
    files.push(await packDebian(root, { manifest, tarball }, architecture, { scratch, target }));
    rmSync(scratch, { recursive: true });
  }
  return files;
}

function packSdk(): string[] {
  const folder = join(staging, sdkPackage);
  execFileSync(process.execPath, [join(root, "sdk/scripts/build.ts"), folder], { stdio: "inherit" });
  const tarball = pack(folder);
  writePinnedTree(root, folder, []);
  return [tarball, writeParts("sdk", describePackage(folder, "library"))];
}

function pack(folder: string): string {
  const options = ["--pack-destination", target, "--ignore-scripts", "--silent", "--offline"];
  return join(target, runNpm(folder, ["pack", ...options]).trim());
}

function writeParts(name: string, text: string): string {
  const file = join(target, `opentembo-${name}.cdx.json`);
  writeFileSync(file, text);
  return file;
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
