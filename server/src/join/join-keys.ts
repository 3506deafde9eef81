import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { AppError, newId } from "../core/base/index.ts";

/** Values that a machine derives from its token. Only the ID and the proof leave the machine. */
export interface JoinKeys {
  readonly id: string;
  readonly proof: Buffer;
  readonly privateKey: KeyObject;
}

/** DER prefixes of an X25519 private key (RFC 8410, PKCS #8) and public key (SPKI), before their 32 bytes. */
const privatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");
const publicPrefix = Buffer.from("302a300506032b656e032100", "hex");
const keyBytes = 32;
const tagBytes = 16;
/** Each sealing key is used for one message, so the nonce may be constant. */
const nonce = Buffer.alloc(12);

/** Returns a new token. `secret` in it has 256 random bits. */
export function newJoinToken(): string {
  return `tembo_join_${newId().replaceAll("-", "")}_${randomBytes(keyBytes).toString("base64url")}`;
}

/** Derives the keys of a token. Throws `invalid_input` if the text is not a token. */
export function joinKeysOf(token: string): JoinKeys {
  const [, hex = "", encoded = ""] = /^tembo_join_([0-9a-f]{32})_([\w-]{43})$/.exec(token.trim()) ?? [];
  if (hex === "")
    throw new AppError(
      "invalid_input",
      'The value of --token is not a join token. Copy the whole output of "tembo worker token".',
    );
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const secret = Buffer.from(encoded, "base64url");
  const der = Buffer.concat([privatePrefix, derive(secret, `tembo join key ${id}`)]);
  return {
    id,
    proof: derive(secret, `tembo join proof ${id}`),
    privateKey: createPrivateKey({ key: der, format: "der", type: "pkcs8" }),
  };
}

/** Returns the parts of a token that the server stores. */
export const storedPartsOf = ({ id, proof, privateKey }: JoinKeys) => ({
  id,
  proofHash: createHash("sha256").update(proof).digest(),
  publicKey: rawOf(createPublicKey(privateKey)),
});

/** Seals a text for the holder of the token, with an ephemeral key (X25519, HKDF-SHA256, AES-256-GCM). */
export function sealForJoin(publicKey: Buffer, id: string, text: string): Buffer {
  const { privateKey, publicKey: ephemeral } = generateKeyPairSync("x25519");
  const shared = diffieHellman({ privateKey, publicKey: fromRaw(publicKey) });
  const key = sealingKey(shared, { id, ephemeral: rawOf(ephemeral), publicKey });
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([rawOf(ephemeral), cipher.getAuthTag(), sealed]);
}

/** Opens the server's answer. Throws `invalid_input` if it was not sealed for this token. */
export function openJoinAnswer({ id, privateKey }: JoinKeys, answer: Buffer): string {
  try {
    const ephemeral = answer.subarray(0, keyBytes);
    const shared = diffieHellman({ privateKey, publicKey: fromRaw(ephemeral) });
    const publicKey = rawOf(createPublicKey(privateKey));
    const decipher = createDecipheriv("aes-256-gcm", sealingKey(shared, { id, ephemeral, publicKey }), nonce);
    decipher.setAuthTag(answer.subarray(keyBytes, keyBytes + tagBytes));
    const text = [decipher.update(answer.subarray(keyBytes + tagBytes)), decipher.final()];
    return Buffer.concat(text).toString("utf8");
  } catch (cause) {
    throw new AppError(
      "invalid_input",
      "The response does not come from the server that created the token. Check the URL, and create a new token.",
      { cause },
    );
  }
}

function sealingKey(
  shared: Buffer,
  {
    id,
    ephemeral,
    publicKey,
  }: { readonly id: string; readonly ephemeral: Buffer; readonly publicKey: Buffer },
): Buffer {
  const salt = Buffer.concat([ephemeral, publicKey]);
  return Buffer.from(hkdfSync("sha256", shared, salt, `tembo join answer ${id}`, keyBytes));
}

const derive = (secret: Buffer, info: string) =>
  Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), info, keyBytes));

const rawOf = (key: KeyObject) => key.export({ format: "der", type: "spki" }).subarray(publicPrefix.length);

const fromRaw = (raw: Buffer) =>
  createPublicKey({ key: Buffer.concat([publicPrefix, raw]), format: "der", type: "spki" });
