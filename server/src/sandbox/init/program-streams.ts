import { Readable, Writable } from "node:stream";
import type { ForwardedConnection } from "../../core/turns/index.ts";

type Done = (error?: Error | null) => void;

/** Standard input of a program. Holds what is written until the program's connection arrives. */
export class ProgramInput extends Writable {
  readonly #connected = Promise.withResolvers<ForwardedConnection | null>();

  constructor() {
    super();
    // Writing to a program that has exited is not a server error. The program's `exited` reports the exit.
    this.on("error", () => {});
  }

  attach(connection: ForwardedConnection): void {
    // A program can write to its own standard input.
    connection.resume();
    connection.once("close", () => this.destroy());
    if (this.destroyed) connection.destroy();
    else this.#connected.resolve(connection);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    void this.#connected.promise.then((connection) =>
      connection === null ? done() : connection.write(chunk, done),
    );
  }

  override _final(done: Done): void {
    void this.#connected.promise.then((connection) => (connection === null ? done() : connection.end(done)));
  }

  override _destroy(error: Error | null, done: Done): void {
    void this.#connected.promise.then((connection) => connection?.destroy());
    this.#connected.resolve(null);
    done(error);
  }
}

/** Output of a program. A program whose output is not read blocks, and other programs do not. */
export class ProgramOutput extends Readable {
  #connection: ForwardedConnection | null = null;
  #hasEnded = false;
  readonly #received = Promise.withResolvers<void>();
  #isAwaited = false;

  attach(connection: ForwardedConnection): void {
    if (this.destroyed) {
      connection.destroy();
      return;
    }
    this.#connection = connection;
    connection.on("data", (chunk: Buffer) => {
      if (this.push(chunk)) return;
      connection.pause();
      if (this.#isAwaited) this.#received.resolve();
    });
    connection.once("end", () => connection.destroy());
    connection.once("close", () => this.finish());
  }

  get isAttached(): boolean {
    return this.#connection !== null;
  }

  /**
   * Resolves once everything that the program wrote has arrived, or waits only for a reader. Call it after the program
   * has exited.
   */
  received(): Promise<void> {
    this.#isAwaited = true;
    if (this.#connection?.isPaused()) this.#received.resolve();
    return this.#received.promise;
  }

  /** Ends the output, after `text` if it has one. Idempotent. */
  finish(text = ""): void {
    if (this.#hasEnded || this.destroyed) return;
    this.#hasEnded = true;
    if (text !== "") this.push(text);
    this.push(null);
    this.#received.resolve();
  }

  override _read(): void {
    this.#connection?.resume();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#connection?.destroy();
    this.#received.resolve();
    done(error);
  }
}
