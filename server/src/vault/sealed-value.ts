import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError, type SealContext, type Sealed } from "../core/base/index.ts";
import type { MasterKey } from "./master-key-file.ts";

/**
 * Format of a sealed value. It has a version byte, and two blocks of AES-256-GCM output (NIST SP 800-38D). Each block consists of a nonce
 * (12 bytes), the ciphertext and a tag (16 bytes). The first block contains the value's own key (32 bytes), encrypted with the master key.
 * The second block contains the value, encrypted with its own key.
 */
const formVersion = 1;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const wrappedBytes = nonceBytes + keyBytes + tagBytes;
const leastBytes = 1 + wrappedBytes + nonceBytes + tagBytes;

export function sealValue(value: string, context: SealContext, masterKey: MasterKey): Sealed {
  const key = randomBytes(keyBytes);
  const sealed = encrypt(key, Buffer.from(value, "utf8"), associatedData(context));
  return { bytes: Buffer.concat([form, wrap(key, masterKey), sealed]), masterKeyId: masterKey.id };
}

/** Decrypts a sealed value. Throws `internal` if the bytes are not a sealed value, were altered, or were sealed for another context. */
export function openValue(sealed: Sealed, context: SealContext, masterKey: MasterKey): string {
  const { wrapped, ciphertext } = partsOf(sealed.bytes);
  return decrypt(unwrap(wrapped, masterKey), ciphertext, associatedData(context)).toString("utf8");
}

/** Encrypts the value's key with another master key. The ciphertext of the value itself remains unchanged. */
export function rewrapValue(sealed: Sealed, from: MasterKey, to: MasterKey): Sealed {
  const { wrapped, ciphertext } = partsOf(sealed.bytes);
  const bytes = Buffer.concat([form, wrap(unwrap(wrapped, from), to), ciphertext]);
  return { bytes, masterKeyId: to.id };
}

const form = Buffer.from([formVersion]);

const wrap = (key: Buffer, masterKey: MasterKey) => encrypt(masterKey.key, key, wrapData(masterKey));
const unwrap = (wrapped: Buffer, masterKey: MasterKey) =>
  decrypt(masterKey.key, wrapped, wrapData(masterKey));
const wrapData = (masterKey: MasterKey) => Buffer.from(`tembo wrapped key 1 ${masterKey.id}`);

/** Encodes the context. Prefixes each part with its length, so that two contexts never have the same encoding. */
function associatedData({ organizationId, name, version }: SealContext): Buffer {
  const parts = ["tembo sealed value 1", organizationId, name, String(version)];
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

function partsOf(bytes: Buffer): { readonly wrapped: Buffer; readonly ciphertext: Buffer } {
  if (bytes.length < leastBytes || bytes[0] !== formVersion) {
    throw new AppError(
      "internal",
      "A sealed value has a format that this version of Tembo does not support. Start the version that wrote the value, or restore your backup.",
    );
  }
  return {
    wrapped: bytes.subarray(1, 1 + wrappedBytes),
    ciphertext: bytes.subarray(1 + wrappedBytes),
  };
}

function encrypt(key: Buffer, plain: Buffer, data: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(data);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, encrypted: Buffer, data: Buffer): Buffer {
  const nonce = encrypted.subarray(0, nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes })
    .setAAD(data)
    .setAuthTag(encrypted.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(encrypted.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new AppError(
      "internal",
      "A sealed value cannot be decrypted. The value was changed, or it was copied from another secret. Restore your backup, or save the secret again.",
      { cause },
    );
  }
}
