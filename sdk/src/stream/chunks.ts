/**
 * Yields the chunks of a body. Passes each read operation to `wait`, and calls `onChunk` before yielding each chunk.
 * Uses a reader, because some browsers cannot iterate over a stream.
 */
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
    // A stream that has ended or failed has nothing to cancel.
    await Promise.allSettled([reader.cancel()]);
  }
}
