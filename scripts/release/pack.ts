/**
 * Packs what users install: npm run release:pack [-- FOLDER]. The default folder is .cache/release. The files are the npm packages, the Debian
 * packages, the Compose project, the Helm chart and the installer. Beside each npm package is its SBOM in the format CycloneDX, and
 * SHA256SUMS has the hashes of all files. The variables in origin.ts are the addresses of a release.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { commandPackage, sdkPackage } from "./contents.ts";
import { createCommandSbom, createPackageSbom } from "./create-sbom.ts";
import { addRepository, readOrigin } from "./origin.ts";
import { architectures, packDebian, releaseTime } from "./pack-debian.ts";
import { packChart, packCompose, writeInstaller } from "./pack-deployment.ts";
import { runNpm, writePinnedTree } from "./pinned-tree.ts";
import { stageCommand } from "./stage-command.ts";
import { requireSameVersions } from "./versions.ts";

const root = join(import.meta.dirname, "../..");
requireSameVersions(root);
const origin = readOrigin(process.env);
const target = resolve(process.argv[2] ?? join(root, ".cache/release"));
mkdirSync(target, { recursive: true });
const staging = mkdtempSync(join(tmpdir(), "tembo-release-"));
try {
  const files = [...(await packCommand()), ...packSdk(), ...packDeployment()];
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
  addRepository(folder, origin);
  const tarball = pack(folder);
  const files = [tarball, writeSbom("tembo", createCommandSbom(root, manifest, join(staging, "sbom")))];
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
  addRepository(folder, origin);
  const tarball = pack(folder);
  writePinnedTree(root, folder, []);
  return [tarball, writeSbom("sdk", createPackageSbom(folder, "library"))];
}

function packDeployment(): string[] {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const packing = { root, scratch: staging, target, version, epochSeconds: releaseTime(root) };
  return [packCompose(packing), packChart(packing), writeInstaller(packing, origin)];
}

function pack(folder: string): string {
  const options = ["--pack-destination", target, "--ignore-scripts", "--silent", "--offline"];
  return join(target, runNpm(folder, ["pack", ...options]).trim());
}

function writeSbom(name: string, text: string): string {
  const file = join(target, `opentembo-${name}.cdx.json`);
  writeFileSync(file, text);
  return file;
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
