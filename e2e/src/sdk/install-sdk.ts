import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const sdk = fileURLToPath(new URL("../../../sdk/", import.meta.url));
const programs = fileURLToPath(new URL("programs/", import.meta.url));

export interface InstalledSdk {
  /** A user's project, with the package in its node_modules and the test programs in its root. */
  readonly project: string;
  /** The package as packed by npm. */
  readonly tarball: string;
  /** The unpacked package in the project. */
  readonly installed: string;
  remove(): void;
}

/**
 * Builds and packs the SDK and unpacks it into a user's project. Needs no registry, because the SDK has no
 * dependencies.
 */
export function installSdk(): InstalledSdk {
  execFileSync(process.execPath, [join(sdk, "scripts/build.ts")], { stdio: "pipe" });
  const project = mkdtempSync(join(tmpdir(), "tembo-sdk-"));
  const pack = ["pack", join(sdk, "dist"), "--pack-destination", project, "--silent", "--offline"];
  const tarball = join(project, execFileSync("npm", pack, { encoding: "utf8" }).trim());
  const installed = join(project, "node_modules/@tembo-io/sdk");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  writeFileSync(
    join(project, "package.json"),
    '{ "type": "module", "dependencies": { "@tembo-io/sdk": "*" } }',
  );
  cpSync(programs, project, { recursive: true });
  return { project, tarball, installed, remove: () => rmSync(project, { recursive: true, force: true }) };
}
