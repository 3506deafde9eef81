/** More than this is no log any more. */
const maxReadBytes = 500_000_000;

/** The last `maxBytes` of a stream as text, begun at a whole character. Holds little more than that at any time. */
export async function readTail(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let held = 0;
  let read = 0;
  for await (const chunk of body ?? []) {
    read += chunk.byteLength;
    if (read > maxReadBytes) throw new Error(`it is larger than ${maxReadBytes} bytes`);
    chunks.push(chunk);
    held += chunk.byteLength;
    while (chunks[0] !== undefined && held - chunks[0].byteLength >= maxBytes) {
      held -= chunks.shift()?.byteLength ?? 0;
    }
  }
  const bytes = Buffer.concat(chunks);
  let start = Math.max(0, bytes.byteLength - maxBytes);
  // Continuation bytes belong to a character that was cut.
  while (start > 0 && start < bytes.byteLength && (bytes[start]! & 0xc0) === 0x80) start++;
  return bytes.toString("utf8", start);
}
