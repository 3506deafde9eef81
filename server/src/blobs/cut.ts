/** Cuts a stream into pieces of these sizes. The last piece may be shorter. Does not change a piece after it was returned. */
export async function* cut(
  bytes: AsyncIterable<Uint8Array>,
  sizeOf: (number: number) => number,
): AsyncGenerator<Buffer> {
  let number = 0;
  let piece = Buffer.allocUnsafe(Math.max(1, sizeOf(0)));
  let filled = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.byteLength; ) {
      const taken = chunk.subarray(at, at + piece.length - filled);
      piece.set(taken, filled);
      filled += taken.byteLength;
      at += taken.byteLength;
      if (filled < piece.length) continue;
      yield piece;
      number += 1;
      piece = Buffer.allocUnsafe(Math.max(1, sizeOf(number)));
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
