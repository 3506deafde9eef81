import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { dirname } from "node:path";
import { AppError, withReason } from "../core/base/index.ts";

/** Key with 256 random bits, which encrypts the keys of sealed values, and from which signing keys are derived. */
export interface MasterKey {
  /** ID that is derived from the key, so that an incorrectly copied line is detected. */
  readonly id: string;
  readonly key: Buffer;
}

const linePrefix = "tembo-master-key-1";
const heading = `# The master keys of Tembo, newest first. Without them, no stored secret can be decrypted. Keep a copy of
# this file apart from the data, and replace the copy after "tembo key rotate-master".
`;

/** Age from which the time of a change identifies a version of a file. File systems record times with less precision. */
const settledMs = 2_000;

/**
 * Returns the keys in the file, newest first, or null if the file is missing. Throws `invalid_input` with instructions if the file cannot be read, is
 * not valid, or can be read by users other than its owner.
 */
export const readMasterKeys = (file: string): readonly MasterKey[] | null => createMasterKeyReader(file)();

/**
 * Creates a function that returns the keys in the file as `readMasterKeys` does. Opens the file each time, so that a
 * network file system reports changes by other machines, but reads it only if it has changed.
 */
export function createMasterKeyReader(
  file: string,
  now: () => number = Date.now,
): () => readonly MasterKey[] | null {
  let last: { readonly version: string; readonly keys: readonly MasterKey[] } | null = null;
  return () => {
    const descriptor = openIfThere(file);
    if (descriptor === null) return null;
    try {
      const { dev, ino, size, mode, mtimeNs, ctimeNs, ctimeMs } = fs.fstatSync(descriptor, { bigint: true });
      const version = `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
      if (last?.version === version) return last.keys;
      requireOwnersAlone(file, Number(mode));
      const keys = parseMasterKeys(fs.readFileSync(descriptor, "utf8"), file);
      last = now() - Number(ctimeMs) < settledMs ? null : { version, keys };
      return keys;
    } finally {
      fs.closeSync(descriptor);
    }
  };
}

function openIfThere(file: string): number | null {
  try {
    return fs.openSync(file, "r");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new AppError(
      "invalid_input",
      `${withReason(`The master key file ${file} cannot be read`, cause)} Make the file readable for this user.`,
      {
        cause,
      },
    );
  }
}

/** Creates the file with one new key, atomically. Never overwrites an existing file. Throws `invalid_input` if the file cannot be created. */
export function createMasterKeyFile(file: string): void {
  const temporary = `${file}.${randomBytes(8).toString("hex")}.new`;
  try {
    writeDurably(temporary, [newMasterKey()], "wx");
    // Unlike a rename, a link never replaces a file that another process has created in the meantime.
    linkUnlessThere(temporary, file);
    syncFolderOf(file);
  } catch (cause) {
    throw new AppError(
      "invalid_input",
      `${withReason(`The master key file ${file} cannot be created`, cause)} Make its folder writable, or set TEMBO_MASTER_KEY_FILE to another path.`,
      { cause },
    );
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Replaces the keys in the file atomically. Only one process at a time may call this function. */
export function replaceMasterKeys(file: string, keys: readonly MasterKey[]): void {
  // If the path is a symbolic link, the link remains and its target is replaced.
  const place = fs.realpathSync(file);
  writeDurably(`${place}.new`, keys, "w");
  fs.renameSync(`${place}.new`, place);
  syncFolderOf(place);
}

/** Returns the content of a master key file. */
export function formatMasterKeys(keys: readonly MasterKey[]): string {
  return heading + keys.map(({ id, key }) => `${linePrefix}:${id}:${key.toString("base64url")}\n`).join("");
}

export function newMasterKey(): MasterKey {
  const key = randomBytes(32);
  return { id: idOf(key), key };
}

function requireOwnersAlone(file: string, mode: number): void {
  if ((mode & 0o077) === 0) return;
  throw new AppError(
    "invalid_input",
    `The master key file ${file} can be read by users other than its owner (mode ${(mode & 0o777).toString(8)}). Run "chmod 600 ${file}".`,
  );
}

function parseMasterKeys(text: string, file: string): readonly MasterKey[] {
  const keys: MasterKey[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, id, encoded = ""] = /^tembo-master-key-1:([0-9a-f]{16}):([\w-]{43})\s*$/.exec(line) ?? [];
    const key = Buffer.from(encoded, "base64url");
    if (key.length !== 32 || id !== idOf(key)) {
      // The message does not repeat the line, because it may contain a key.
      throw new AppError(
        "invalid_input",
        `Line ${index + 1} of the master key file ${file} is not a valid master key. Restore the file from your backup.`,
      );
    }
    if (!keys.some((known) => known.id === id)) keys.push({ id, key });
  }
  if (keys.length > 0) return keys;
  throw new AppError(
    "invalid_input",
    `The master key file ${file} contains no key. Restore it from your backup.`,
  );
}

function idOf(key: Buffer): string {
  return createHash("sha256").update("tembo master key id\0").update(key).digest("hex").slice(0, 16);
}

function writeDurably(path: string, keys: readonly MasterKey[], flag: "wx" | "w"): void {
  const descriptor = fs.openSync(path, flag, 0o600);
  try {
    fs.fchmodSync(descriptor, 0o600);
    fs.writeFileSync(descriptor, formatMasterKeys(keys));
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function linkUnlessThere(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  }
}

function syncFolderOf(path: string): void {
  const descriptor = fs.openSync(dirname(path), "r");
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
