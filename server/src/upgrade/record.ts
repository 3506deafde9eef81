import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../core/base/index.ts";
import type { Mark } from "./mark.ts";

/** The last upgrade, in a file of the data folder. `tembo upgrade --back` reads it. */
export interface UpgradeRecord {
  readonly at: string;
  /** Absolute path of the backup from before the upgrade. */
  readonly backup: string;
  readonly from: { readonly version: string | null; readonly migration: string | null };
  readonly to: { readonly version: string; readonly migration: string };
  /** State of the database after the upgrade. */
  readonly mark: Mark;
}

const fileOf = (dataDir: string) => join(dataDir, "upgrade.json");

/** Returns the record, or null if there is none. Throws `invalid_input` if the file is damaged. */
export async function readRecord(dataDir: string): Promise<UpgradeRecord | null> {
  const file = fileOf(dataDir);
  try {
    return JSON.parse(await readFile(file, "utf8")) as UpgradeRecord;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `The file ${file} is damaged. Remove it, and restore the backup with "tembo restore".`;
    throw new AppError("invalid_input", message, { cause });
  }
}

export async function writeRecord(dataDir: string, record: UpgradeRecord): Promise<void> {
  const temporary = `${fileOf(dataDir)}.new`;
  await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(temporary, fileOf(dataDir));
}

export const removeRecord = (dataDir: string) => rm(fileOf(dataDir), { force: true });
