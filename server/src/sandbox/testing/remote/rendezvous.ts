import type { MultiplexedStream } from "./multiplexed-stream.ts";

/** Matches streams that the other side opens with the calls that wait for their keys. The stream or the call can arrive first. */
export class Rendezvous {
  readonly #places = new Map<string, PromiseWithResolvers<MultiplexedStream>>();

  offer(key: string, stream: MultiplexedStream): void {
    // Passes on even a closed stream, so that its call fails.
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
    // A rejection is not an error if no call waits for the stream.
    place.promise.catch(() => {});
    this.#places.set(key, place);
    return place;
  }
}
