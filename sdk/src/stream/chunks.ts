/** Reads a body chunk by chunk, each wait through `wait`. With a reader: not every browser can iterate a stream. */
export async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  wait: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
  onChunk: () => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await wait(() => reader.read());
      if (done) return;
      onChunk();
      yield value;
    }
  } finally {
    // Of a stream that has ended or failed there is nothing left to give back.
    await Promise.allSettled([reader.cancel()]);
  }
}
