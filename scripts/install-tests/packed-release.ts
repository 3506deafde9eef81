import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface PackedRelease {
  readonly folder: string;
  readonly command: string;
  readonly sdk: string;
  remove(): void;
}

/**
 * Returns the release in the folder that the variable TEMBO_RELEASE_FOLDER names, so that the tested files can be published. Without the
 * variable, packs the release into a temporary folder, with `npm run release:pack` without its setup.
 */
export function packRelease(given = process.env.TEMBO_RELEASE_FOLDER ?? ""): PackedRelease {
  if (given !== "") return { ...findTarballs(resolve(given)), remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "tembo-release-"));
  const script = join(import.meta.dirname, "../release/pack.ts");
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The release could not be packed: ${stderr}`);
  return { ...findTarballs(folder), remove: () => rmSync(folder, { recursive: true }) };
}

function findTarballs(folder: string) {
  const tarballNamed = (prefix: string) => {
    const names = readdirSync(folder).filter((file) => file.startsWith(prefix) && file.endsWith(".tgz"));
    if (names.length !== 1) throw new Error(`${folder} must have one tarball ${prefix}*.tgz.`);
    return join(folder, names[0]!);
  };
  return { folder, command: tarballNamed("opentembo-tembo-"), sdk: tarballNamed("opentembo-sdk-") };
}
