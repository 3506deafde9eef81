import type { MultiplexedStream } from "./multiplexed-stream.ts";

/** Matches streams that the other side opens with the calls that wait for their keys. Either can come first. */
export class Rendezvous {
  readonly #places = new Map<string, PromiseWithResolvers<MultiplexedStream>>();

  offer(key: string, stream: MultiplexedStream): void {
    // Also passes on a closed stream, because its call must notice.
    this.#place(key).resolve(stream);
  }

  async take(key: string): Promise<MultiplexedStream> {
    const stream = await this.#place(key).promise;
    this.#places.delete(key);
    return stream;
  }

  /** Rejects every pending wait. */
  close(cause: Error): void {
    for (const place of this.#places.values()) place.reject(cause);
  }

  #place(key: string): PromiseWithResolvers<MultiplexedStream> {
    const place = this.#places.get(key) ?? Promise.withResolvers<MultiplexedStream>();
    // A stream that no call waits for is not an error.
    place.promise.catch(() => {});
    this.#places.set(key, place);
    return place;
  }
}
