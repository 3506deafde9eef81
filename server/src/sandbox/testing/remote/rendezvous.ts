import type { MultiplexedStream } from "./multiplexed-stream.ts";

/** Brings a stream that the other side opened to whoever waits for it by its key; either may come first. */
export class Rendezvous {
  readonly #places = new Map<string, PromiseWithResolvers<MultiplexedStream>>();

  offer(key: string, stream: MultiplexedStream): void {
    // Also one that was cut by now: who waits for it has to learn that.
    this.#place(key).resolve(stream);
  }

  async take(key: string): Promise<MultiplexedStream> {
    const stream = await this.#place(key).promise;
    this.#places.delete(key);
    return stream;
  }

  /** Ends every wait, and those that begin later. */
  close(cause: Error): void {
    for (const place of this.#places.values()) place.reject(cause);
  }

  #place(key: string): PromiseWithResolvers<MultiplexedStream> {
    const place = this.#places.get(key) ?? Promise.withResolvers<MultiplexedStream>();
    // A stream that nobody waits for is no fault.
    place.promise.catch(() => {});
    this.#places.set(key, place);
    return place;
  }
}
