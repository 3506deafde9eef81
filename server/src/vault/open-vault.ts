import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { MasterKeys } from "../core/access/index.ts";
import { AppError, reason, type Vault } from "../core/base/index.ts";
import {
  createMasterKeyFile,
  type MasterKey,
  newMasterKey,
  readMasterKeys,
  replaceMasterKeys,
} from "./master-key-file.ts";
import { openValue, rewrapValue, sealValue } from "./sealed-value.ts";

export interface VaultOptions {
  /** Absolute. */
  readonly file: string;
  /** The ids of the master keys that the database's rows are wrapped by. */
  readonly usedKeyIds: () => Promise<readonly string[]>;
}

export interface OpenVault {
  readonly vault: Vault;
  /** For the one command that changes them. */
  readonly masterKeys: MasterKeys;
}

/** A rotation that ends between the two looks makes them differ once, and not again at once. */
const maxLooks = 3;
/** A shortened signature is as good as it is long. */
const leastSignatureBytes = 16;

/**
 * The vault on the master key file, which is made when there is none and nothing in the database needs one. Throws
 * `invalid_input` naming the file when a key that rows are wrapped by is not in it, or when others may read it.
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
    // The database first: a new key is in the file before a row is wrapped by it.
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
  const what = isFileMissing
    ? `The master key file ${file} is missing`
    : `The master key file ${file} lacks the key ${missing.join(", ")}`;
  return new AppError(
    "invalid_input",
    `${what}, and secrets in the database cannot be read without it. Put the copy of the file back, or set TEMBO_MASTER_KEY_FILE to where it lies.`,
  );
}

function createVault(file: string, initial: readonly MasterKey[]): OpenVault {
  // Never forgotten: a row may have been read just before a rotation took its key out of the file.
  const known = new Map<string, MasterKey>();
  const remember = (keys: readonly MasterKey[]) => {
    for (const key of keys) known.set(key.id, key);
    return keys;
  };
  remember(initial);

  const reread = (): readonly MasterKey[] => {
    let keys: readonly MasterKey[] | null;
    try {
      keys = readMasterKeys(file);
    } catch (cause) {
      throw new AppError("internal", reason(cause), { cause });
    }
    if (keys === null) throw new AppError("internal", `The master key file ${file} is gone.`);
    return remember(keys);
  };
  // Read each time: another process may have rotated, and what is sealed under an older key would be lost.
  const newest = (): MasterKey => reread()[0]!;
  const find = (id: string): MasterKey => {
    if (!known.has(id)) reread();
    const key = known.get(id);
    if (key !== undefined) return key;
    throw new AppError("internal", `The master key ${id} of a sealed value is not in ${file}.`);
  };

  return {
    vault: {
      seal: (value, context) => sealValue(value, context, newest()),
      open: (sealed, context) => openValue(sealed, context, find(sealed.masterKeyId)),
      rewrap: (sealed) => rewrapValue(sealed, find(sealed.masterKeyId), newest()),
      sign: (text, purpose) => signText(text, purpose, newest()),
      isSigned: (text, purpose, signature) =>
        signature.length >= leastSignatureBytes &&
        reread().some((key) =>
          isEqual(signText(text, purpose, key).subarray(0, signature.length), signature),
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

function signText(text: string, purpose: string, { key }: MasterKey): Buffer {
  const own = hkdfSync("sha256", key, "", `tembo signature\n${purpose}`, 32);
  return createHmac("sha256", Buffer.from(own)).update(text).digest();
}

const isEqual = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);
