import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Environment, findDataDir, type Machine } from "./config.ts";
import { AppError, paths, withReason } from "./core/base/index.ts";
import type { JoinAnswer } from "./join/join-answer.ts";
import { isCode } from "./postgres/errno.ts";

const fileName = "joined.json";

/** Returns the environment, with the variables that this machine received when it joined. Set variables take precedence. */
export async function withJoined(env: Environment, machine: Machine): Promise<Environment> {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== "");
  return { ...(await readJoined(findDataDir(env, machine))), ...Object.fromEntries(set) };
}

/** Returns the variables that this data folder received when its machine joined, or none if it did not. */
export async function readJoined(dataDir: string): Promise<Readonly<Record<string, string>>> {
  const file = join(dataDir, fileName);
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  } catch (cause) {
    if (isMissing(cause)) return {};
    const message = withReason(`The file ${file} cannot be used`, cause);
    throw new AppError("invalid_input", `${message} Remove it and ${keyFile(dataDir)}, and join again.`, {
      cause,
    });
  }
}

/** Throws `conflict` if the data folder already belongs to an installation. */
export async function requireNotJoined(dataDir: string): Promise<void> {
  for (const file of [join(dataDir, fileName), keyFile(dataDir)])
    if (await exists(file))
      throw new AppError(
        "conflict",
        `This machine belongs to an installation already, because ${file} exists. Start it without --join, or use another TEMBO_DATA_DIR.`,
      );
}

/** Writes the settings and the keys, readable only by this user. Leaves nothing behind if one of them cannot be written. */
export async function writeJoined(dataDir: string, { variables, masterKey }: JoinAnswer): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const written: string[] = [];
  try {
    for (const [file, text] of [
      [keyFile(dataDir), masterKey],
      [join(dataDir, fileName), `${JSON.stringify(variables, null, 2)}\n`],
    ] as const) {
      await writeFile(file, text, { flag: "wx", mode: 0o600, flush: true });
      written.push(file);
    }
  } catch (cause) {
    for (const file of written) await rm(file, { force: true });
    const message = withReason(`The settings cannot be written to ${dataDir}`, cause);
    throw new AppError("invalid_input", `${message} Make the folder writable, and create a new token.`, {
      cause,
    });
  }
}

const keyFile = paths.masterKey;

async function exists(file: string): Promise<boolean> {
  try {
    await readFile(file);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

/** True for a missing file, also if a parent of the data folder is not a folder, which the start reports. */
const isMissing = (cause: unknown) => isCode(cause, "ENOENT") || isCode(cause, "ENOTDIR");
