import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from "node:crypto";
import type { MasterKeys } from "../core/access/index.ts";
import { AppError, reason, type Vault } from "../core/base/index.ts";
import {
  createMasterKeyFile,
  createMasterKeyReader,
  type MasterKey,
  newMasterKey,
  readMasterKeys,
  replaceMasterKeys,
} from "./master-key-file.ts";
import { openValue, rewrapValue, sealValue } from "./sealed-value.ts";

export interface VaultOptions {
  /** Absolute path. */
  readonly file: string;
  /** Returns the IDs of the master keys that the file must contain. */
  readonly usedKeyIds: () => Promise<readonly string[]>;
}

export interface OpenVault {
  readonly vault: Vault;
  /** Access to the keys in the file, for the command that rotates the master key. */
  readonly masterKeys: MasterKeys;
}

/**
 * Maximum number of reads. A rotation that completes between the reads of the database and the file can cause a mismatch once, but not
 * repeatedly.
 */
const maxLooks = 3;
/** Minimum length of a signature, because a truncated signature is only as strong as its length. */
const leastSignatureBytes = 16;

/**
 * Opens the vault with the master key file. Creates the file if it is missing and no key is used. Throws `invalid_input` with the file's path if
 * the file cannot be read or created, is not valid, can be read by users other than its owner, or lacks a used key.
 */
export async function openVault({ file, usedKeyIds }: VaultOptions): Promise<OpenVault> {
  const keys = await readKeysFor(file, usedKeyIds);
  return createVault(file, keys);
}

async function readKeysFor(
  file: string,
  usedKeyIds: VaultOptions["usedKeyIds"],
): Promise<readonly MasterKey[]> {
  for (let look = 1; ; look++) {
    // Reads the database first, because the file contains a new key before any row is wrapped with it.
    const used = await usedKeyIds();
    const found = readMasterKeys(file);
    if (found === null && used.length === 0) {
      createMasterKeyFile(file);
      continue;
    }
    const missing = used.filter((id) => !found?.some((key) => key.id === id));
    if (found !== null && missing.length === 0) return found;
    if (look >= maxLooks) throw cannotOpen(file, found === null, missing);
  }
}

function cannotOpen(file: string, isFileMissing: boolean, missing: readonly string[]): AppError {
  const keys = `the ${missing.length === 1 ? "key" : "keys"} ${missing.join(", ")}`;
  const what = isFileMissing
    ? `The master key file ${file} is missing, but this database needs ${keys}.`
    : `The master key file ${file} does not contain ${keys}, which this database needs.`;
  return new AppError(
    "invalid_input",
    `${what} Copy the file to that path from another server of this database or from your backup, or set TEMBO_MASTER_KEY_FILE to the path of the copy.`,
  );
}

function createVault(file: string, initial: readonly MasterKey[]): OpenVault {
  // Removed keys stay in memory, because a row may have been read just before a rotation removed its key from the file.
  const known = new Map<string, MasterKey>();
  const remember = (keys: readonly MasterKey[]) => {
    for (const key of keys) known.set(key.id, key);
    return keys;
  };
  remember(initial);

  const readFile = createMasterKeyReader(file);
  const reread = (): readonly MasterKey[] => {
    let keys: readonly MasterKey[] | null;
    try {
      keys = readFile();
    } catch (cause) {
      throw new AppError("internal", reason(cause), { cause });
    }
    if (keys === null)
      throw new AppError(
        "internal",
        `The master key file ${file} no longer exists. Restore the file from your backup.`,
      );
    return remember(keys);
  };
  // Opens the file each time. Another process may have rotated the keys, and a value sealed with an older key would be lost.
  const newest = (): MasterKey => reread()[0]!;
  const getKey = (id: string): MasterKey => {
    if (!known.has(id)) reread();
    const key = known.get(id);
    if (key !== undefined) return key;
    throw new AppError(
      "internal",
      `The master key file ${file} does not contain the key ${id}, so a secret cannot be decrypted. Restore the file from your backup.`,
    );
  };

  // Contains one key for each purpose in the code and each master key.
  const signingKeys = new Map<string, KeyObject>();
  const signingKey = ({ id, key }: MasterKey, purpose: string): KeyObject => {
    const name = `${id}\n${purpose}`;
    const known = signingKeys.get(name) ?? deriveSigningKey(key, purpose);
    signingKeys.set(name, known);
    return known;
  };
  const signText = (text: string, key: MasterKey, purpose: string): Buffer =>
    createHmac("sha256", signingKey(key, purpose)).update(text).digest();

  return {
    vault: {
      seal: (value, context) => sealValue(value, context, newest()),
      open: (sealed, context) => openValue(sealed, context, getKey(sealed.masterKeyId)),
      rewrap: (sealed) => rewrapValue(sealed, getKey(sealed.masterKeyId), newest()),
      sign: (text, purpose) => signText(text, newest(), purpose),
      isSigned: (text, purpose, signature) =>
        signature.length >= leastSignatureBytes &&
        reread().some((key) =>
          isEqual(signText(text, key, purpose).subarray(0, signature.length), signature),
        ),
    },
    masterKeys: {
      newestId: () => newest().id,
      addUnlessRotating() {
        const keys = reread();
        if (keys.length > 1) return false;
        replaceMasterKeys(file, [newMasterKey(), ...keys]);
        return true;
      },
      dropOlder: () => replaceMasterKeys(file, [newest()]),
    },
  };
}

/** Returns an imported key, because importing it takes longer than a signature. */
const deriveSigningKey = (key: Buffer, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", key, "", `tembo signature\n${purpose}`, 32)));

const isEqual = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);
