import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface PackedRelease {
  readonly folder: string;
  readonly command: string;
  readonly sdk: string;
  remove(): void;
}

/** Packs the release into a temporary folder, with `npm run release:pack` without its setup. */
export function packRelease(): PackedRelease {
  const folder = mkdtempSync(join(tmpdir(), "tembo-release-"));
  const script = join(import.meta.dirname, "../release/pack.ts");
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The release could not be packed: ${stderr}`);
  const tarballNamed = (prefix: string) => {
    const name = readdirSync(folder).find((file) => file.startsWith(prefix) && file.endsWith(".tgz"));
    if (name === undefined) throw new Error(`The release has no tarball ${prefix}*.tgz.`);
    return join(folder, name);
  };
  return {
    folder,
    command: tarballNamed("opentembo-tembo-"),
    sdk: tarballNamed("opentembo-sdk-"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
