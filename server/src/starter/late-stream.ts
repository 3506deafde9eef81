import { Duplex } from "node:stream";

type Done = (error?: Error | null) => void;

/** Stream whose connection arrives later. Holds what is written until then. */
export class LateStream extends Duplex {
  readonly #arrived = Promise.withResolvers<Duplex | null>();
  #connection: Duplex | null = null;

  constructor() {
    // Like a socket, ends its output when the other side ends.
    super({ allowHalfOpen: false });
    // A broken stream is not an error of the server. The program's end reports it.
    this.on("error", () => {});
  }

  get isAttached(): boolean {
    return this.#connection !== null;
  }

  attach(connection: Duplex): void {
    if (this.destroyed || this.readableEnded) {
      connection.destroy();
      return;
    }
    this.#connection = connection;
    connection.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) connection.pause();
    });
    connection.once("end", () => this.push(null));
    // A connection that breaks has no end.
    connection.once("close", () => connection.readableEnded || this.push(null));
    this.#arrived.resolve(connection);
  }

  /** Ends the stream if its connection has not arrived. */
  giveUp(): void {
    if (this.#connection !== null) return;
    this.#arrived.resolve(null);
    this.push(null);
  }

  override _read(): void {
    this.#connection?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    void this.#arrived.promise.then((connection) =>
      connection === null ? done() : connection.write(chunk, done),
    );
  }

  override _final(done: Done): void {
    void this.#arrived.promise.then((connection) => (connection === null ? done() : connection.end(done)));
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#connection?.destroy();
    this.#arrived.resolve(null);
    done(error);
  }
}
