import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { isCode } from "./postgres/errno.ts";
import { replaceFile } from "./postgres/temporary.ts";

/** Version of this program. */
export const ownVersion: string = manifest.version;

const fileOf = (dataDir: string) => join(dataDir, "version");

/** Records the version that runs on the data folder, so that an upgrade can name it. Removes the record if it is null. */
export const writeVersion = (dataDir: string, version: string | null = ownVersion): Promise<void> =>
  version === null
    ? rm(fileOf(dataDir), { force: true })
    : replaceFile(fileOf(dataDir), `${version}\n`, 0o644);

/** Returns the version that last ran on the data folder, or null if that version did not record it. */
export async function readVersion(dataDir: string): Promise<string | null> {
  try {
    const version = (await readFile(fileOf(dataDir), "utf8")).trim();
    return version === "" ? null : version;
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw cause;
  }
}
