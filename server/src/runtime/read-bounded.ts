import { BoundedBuffer } from "./bounded-buffer.ts";
import { TailBuffer } from "./tail-buffer.ts";

/** Node or web stream, or null for a response without a body. */
export type ByteSource = AsyncIterable<Uint8Array> | null;

/** Reads a whole stream. If it is longer than `maxBytes`, leaves the rest unread and throws the error that `tooLong` creates. */
export async function readBounded(
  source: ByteSource,
  maxBytes: number,
  tooLong: () => Error,
): Promise<Buffer> {
  const buffer = new BoundedBuffer(maxBytes);
  for await (const chunk of source ?? []) {
    if (!buffer.add(chunk)) throw tooLong();
  }
  return buffer.toBuffer();
}

/** Reads the first `maxBytes` into the buffer and leaves the rest unread. Rejects if the stream fails; the buffer keeps the bytes read until then. */
export async function readStart(source: ByteSource, buffer: BoundedBuffer): Promise<void> {
  for await (const chunk of source ?? []) {
    buffer.add(chunk);
    if (buffer.isFull) return;
  }
}

export interface TailLimits {
  readonly maxBytes: number;
  /** Maximum number of bytes to read. Unlimited by default, because `maxBytes` limits the memory. */
  readonly maxReadBytes?: number;
  /** Creates the error to throw for a longer stream. If absent, reading stops at the limit. */
  tooLong?(): Error;
}

/** Reads a stream to its end, or up to `maxReadBytes`, and returns the last `maxBytes` of it as text. */
export async function readTail(
  source: ByteSource,
  { maxBytes, maxReadBytes = Number.POSITIVE_INFINITY, tooLong }: TailLimits,
): Promise<string> {
  const tail = new TailBuffer(maxBytes);
  let readBytes = 0;
  for await (const chunk of source ?? []) {
    readBytes += chunk.byteLength;
    if (readBytes > maxReadBytes && tooLong !== undefined) throw tooLong();
    tail.add(chunk);
    if (readBytes > maxReadBytes) break;
  }
  return tail.toText();
}
