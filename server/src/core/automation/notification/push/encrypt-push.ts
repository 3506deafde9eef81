import { createCipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";

const curve = "prime256v1";
const recordBytes = 4_096;
const tagBytes = 16;
/** The content of a message has one record, which also contains a delimiter and a tag. */
export const maxPushBytes = recordBytes - tagBytes - 1;

/** Public key and secret of a browser, as base64url. */
export interface PushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

/** Values that are random except in tests. */
export interface PushRandom {
  readonly salt: Buffer;
  readonly privateKey: Buffer;
}

/**
 * Encrypts a message for a browser, as the body of a request with `content-encoding: aes128gcm` (RFC 8291 and RFC 8188).
 * Throws if the public key is not a point of the curve or if the content is longer than `maxPushBytes`.
 */
export function encryptPush(content: Buffer, keys: PushKeys, random: PushRandom = newRandom()): Buffer {
  if (content.length > maxPushBytes)
    throw new RangeError(`A push message has at most ${maxPushBytes} bytes.`);
  const receiver = Buffer.from(keys.p256dh, "base64url");
  const own = createECDH(curve);
  own.setPrivateKey(random.privateKey);
  const ownPublic = own.getPublicKey();
  const shared = own.computeSecret(receiver);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), receiver, ownPublic]);
  const secret = hkdf(shared, Buffer.from(keys.auth, "base64url"), info, 32);
  const key = hkdf(secret, random.salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = hkdf(secret, random.salt, Buffer.from("Content-Encoding: nonce\0"), 12);
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  // The delimiter 2 marks the last record.
  const record = [cipher.update(content), cipher.update(Buffer.of(2)), cipher.final(), cipher.getAuthTag()];
  const size = Buffer.alloc(4);
  size.writeUInt32BE(recordBytes);
  return Buffer.concat([random.salt, size, Buffer.of(ownPublic.length), ownPublic, ...record]);
}

/** True if the keys have the form that `encryptPush` requires. */
export function arePushKeys({ p256dh, auth }: PushKeys): boolean {
  const point = Buffer.from(p256dh, "base64url");
  if (point.length !== 65 || Buffer.from(auth, "base64url").length !== 16) return false;
  const own = createECDH(curve);
  own.generateKeys();
  try {
    own.computeSecret(point);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY") return false;
    throw cause;
  }
}

function newRandom(): PushRandom {
  const own = createECDH(curve);
  own.generateKeys();
  return { salt: randomBytes(16), privateKey: own.getPrivateKey() };
}

const hkdf = (key: Buffer, salt: Buffer, info: Buffer, bytes: number) =>
  Buffer.from(hkdfSync("sha256", key, salt, info, bytes));
