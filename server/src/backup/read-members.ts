import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../core/base/index.ts";
import { digest } from "./archive.ts";
import { type Manifest, parseManifest } from "./manifest.ts";

/** Reads the manifest of a backup that was split into a folder. Throws `invalid_input` if the file was not a backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  return parseManifest(await readText(join(folder, "manifest.json")));
}

/** Throws `invalid_input` if a part of the backup does not match its checksum. Checks all parts by default. */
export async function requireIntact(
  { members }: Manifest,
  folder: string,
  names: readonly string[] = Object.keys(members),
): Promise<void> {
  for (const name of names) {
    const expected = members[name];
    if (expected === undefined) continue;
    const found = await digest(join(folder, name)).catch((cause: unknown) => {
      if (!isMissing(cause)) throw cause;
      const message = `The backup is incomplete: ${name} is missing. Copy it again, or restore another backup.`;
      throw new AppError("invalid_input", message, { cause });
    });
    if (found.sha256 === expected.sha256) continue;
    throw new AppError(
      "invalid_input",
      `The backup is damaged: ${name} does not match the checksum in the manifest. Restore another backup.`,
    );
  }
}

/** Returns the size of a backup file. Throws `invalid_input` with the advice if the file does not exist. */
export async function sizeOfBackup(file: string, advice: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new AppError("invalid_input", `The file ${file} does not exist. ${advice}`, { cause });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return "";
    throw cause;
  }
}

/** True also if a part of the path is a file. */
const isMissing = (cause: unknown) =>
  cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");
