import { createCipheriv, createDecipheriv } from "node:crypto";
import { AppError, type BlobPlace } from "../core/base/index.ts";
import { cut } from "./cut.ts";

/**
 * Format of an encrypted object: frames of AES-256-GCM output (NIST SP 800-38D), each with the ciphertext of 1 MiB and a
 * tag (16 bytes). Only the last frame may be shorter, and an empty object has one empty frame. A nonce (12 bytes)
 * consists of the frame's number and, in the last byte, 1 for the last frame. Frames therefore cannot be dropped,
 * repeated, reordered or cut off. Each object has a separate random key, so a nonce is never used twice with a key. The
 * organization and the blob's ID are the associated data.
 */
export const frameBytes = 1024 ** 2;
const tagBytes = 16;
const algorithm = "aes-256-gcm";

/** Number of bytes that an object of this size has when it is encrypted. */
export const sealedBytes = (sizeBytes: number): number => sizeBytes + frameCount(sizeBytes) * tagBytes;

const frameCount = (sizeBytes: number) => Math.max(1, Math.ceil(sizeBytes / frameBytes));

/** Encrypts a stream, with at most two frames in memory. */
export async function* sealFrames(
  key: Buffer,
  place: BlobPlace,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let number = 0;
  let held: Buffer | null = null;
  for await (const frame of cut(plain, () => frameBytes)) {
    if (held !== null) yield sealFrame(key, place, { number: number++, isLast: false, bytes: held });
    held = frame;
  }
  yield sealFrame(key, place, { number, isLast: true, bytes: held ?? Buffer.alloc(0) });
}

/**
 * Decrypts a stream. Throws `internal` if the stream is not the complete object of this blob with this size. Returns no
 * byte of a frame before the whole frame is verified.
 */
export async function* openFrames(
  key: Buffer,
  { sizeBytes, ...place }: BlobPlace & { readonly sizeBytes: number },
  stored: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const count = frameCount(sizeBytes);
  const sizeOf = (number: number) =>
    (number < count - 1 ? frameBytes : sizeBytes - (count - 1) * frameBytes) + tagBytes;
  let number = 0;
  for await (const bytes of cut(stored, sizeOf)) {
    if (number === count || bytes.length !== sizeOf(number)) throw changed(place);
    yield openFrame(key, place, { number, isLast: number === count - 1, bytes });
    number += 1;
  }
  if (number < count) throw changed(place);
}

interface Frame {
  readonly number: number;
  readonly isLast: boolean;
  readonly bytes: Buffer;
}

function sealFrame(key: Buffer, place: BlobPlace, frame: Frame): Buffer {
  const cipher = createCipheriv(algorithm, key, nonceOf(frame), { authTagLength: tagBytes });
  cipher.setAAD(associatedData(place));
  return Buffer.concat([cipher.update(frame.bytes), cipher.final(), cipher.getAuthTag()]);
}

function openFrame(key: Buffer, place: BlobPlace, frame: Frame): Buffer {
  const decipher = createDecipheriv(algorithm, key, nonceOf(frame), { authTagLength: tagBytes });
  decipher.setAAD(associatedData(place)).setAuthTag(frame.bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(frame.bytes.subarray(0, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw changed(place, cause);
  }
}

function nonceOf({ number, isLast }: Frame): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** UUIDs have a fixed length, so two blobs never have the same data. */
const associatedData = ({ organizationId, id }: BlobPlace) =>
  Buffer.from(`tembo blob 1 ${organizationId} ${id}`);

const changed = ({ id }: BlobPlace, cause?: unknown) =>
  new AppError(
    "internal",
    `The stored bytes of blob ${id} were changed or are incomplete. Restore the blob store from your backup.`,
    { cause },
  );
