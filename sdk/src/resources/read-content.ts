import { TemboError } from "../errors.ts";
import { maxAttachmentBytes } from "../limits.ts";
import { chunksOf } from "../stream/chunks.ts";

/**
 * Content of a file: bytes in memory (a `Buffer` is a `Uint8Array`), a `Blob` or `File`, a web or Node stream, or a
 * string, which is sent as UTF-8.
 */
export type AttachmentContent =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/**
 * Reads all bytes of the content. Throws `TemboError` if the type of the value is unsupported or a stream is too long.
 */
export async function readContent(content: AttachmentContent): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof content === "string") return new TextEncoder().encode(content);
  if (content instanceof Uint8Array) return isSendable(content) ? content : new Uint8Array(content);
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  if (content instanceof Blob) return new Uint8Array(await content.arrayBuffer());
  if (content instanceof ReadableStream) return readChunks(chunksOf(content));
  if (typeof content === "object" && content !== null && Symbol.asyncIterator in content)
    return readChunks(content);
  throw new TemboError(
    "Attachment content must be text, a Uint8Array, an ArrayBuffer, a Blob or a stream of bytes.",
  );
}

/** Returns true if fetch accepts the bytes. It rejects memory that is shared with other threads. */
function isSendable(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

async function readChunks(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array))
      throw new TemboError("The attachment stream contains a chunk that is not a Uint8Array.");
    length += chunk.length;
    if (length > maxAttachmentBytes)
      throw new TemboError(
        `The attachment exceeds the limit of ${maxAttachmentBytes / 1024 ** 2} MiB. Send a smaller file.`,
      );
    parts.push(chunk);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
