/** The whole stream; null, and the rest unread, when it is longer than `maxBytes`. */
export async function readBounded(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The end of the stream, at most `maxBytes` and never more than that and one chunk held; gives up after `mostBytes`. */
export async function readTail(
  stream: ReadableStream<Uint8Array>,
  { maxBytes, mostBytes }: { readonly maxBytes: number; readonly mostBytes: number },
): Promise<string> {
  let tail = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    const joined = Buffer.concat([tail, chunk]);
    tail = joined.subarray(Math.max(0, joined.length - maxBytes));
    if (length > mostBytes) break;
  }
  return wholeCharacters(tail);
}

/** The cut may have gone through a character: its rest, at most three bytes, is left out. */
function wholeCharacters(bytes: Buffer): string {
  let start = 0;
  while (start < Math.min(3, bytes.length) && (bytes[start]! & 0xc0) === 0x80) start++;
  return bytes.subarray(start).toString("utf8");
}
