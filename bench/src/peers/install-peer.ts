import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CACHE = fileURLToPath(new URL("../../../.cache/bench-peers/", import.meta.url));
const LIMIT_MS = 5 * 60_000;

export interface PeerPackage {
  readonly name: string;
  /** Exact version, so that two runs compare with the same product. */
  readonly version: string;
}

/**
 * Returns the folder of an installed npm package, with its dependencies beside it. Installs the package in the cache folder
 * if it is missing. Runs none of its install scripts.
 */
export async function installPeer({ name, version }: PeerPackage, cache = CACHE): Promise<string> {
  const folder = join(cache, `${name.replaceAll("/", "-")}@${version}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    const temporary = await mkdtemp(join(cache, ".install-"));
    try {
      await promisify(execFile)(
        "npm",
        [
          "install",
          "--prefix",
          temporary,
          "--ignore-scripts",
          "--no-audit",
          "--no-fund",
          `${name}@${version}`,
        ],
        { timeout: LIMIT_MS },
      );
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
  return join(folder, "node_modules", name);
}
