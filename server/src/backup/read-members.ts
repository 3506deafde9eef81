import { readFile } from "node:fs/promises";
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
    const found = await digest(join(folder, name));
    if (found.sha256 === expected.sha256) continue;
    throw new AppError(
      "invalid_input",
      `The backup is damaged: ${name} does not match the checksum in the manifest. Restore another backup.`,
    );
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return "";
    throw cause;
  }
}
