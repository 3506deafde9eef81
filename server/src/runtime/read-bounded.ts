import { BoundedBuffer } from "./bounded-buffer.ts";
import { TailBuffer } from "./tail-buffer.ts";

/** A stream of Node or of the web; null for a response without a body. */
export type ByteSource = AsyncIterable<Uint8Array> | null;

/** Reads a whole stream. When it is longer than `maxBytes`, leaves the rest unread and throws the error of `tooLong`. */
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

/** Reads the first `maxBytes` into the buffer, which has them even when the stream breaks (and this rejects). Leaves the rest unread. */
export async function readStart(source: ByteSource, buffer: BoundedBuffer): Promise<void> {
  for await (const chunk of source ?? []) {
    buffer.add(chunk);
    if (buffer.isFull) return;
  }
}

export interface TailLimits {
  readonly maxBytes: number;
  /** Number of bytes to read at most. Unlimited by default, because `maxBytes` limits the memory. */
  readonly maxReadBytes?: number;
  /** Makes the error for a longer stream. Without it, the text ends there. */
  tooLong?(): Error;
}

/** Reads a stream to its end and returns the last `maxBytes` of it as text. */
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
