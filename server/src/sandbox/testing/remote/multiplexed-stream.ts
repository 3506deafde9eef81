import { Duplex } from "node:stream";
import type { ForwardedConnection } from "../../../core/turns/index.ts";
import { maxPayloadBytes } from "./frames.ts";

/** Maximum number of unread bytes per stream and direction, including bytes in transit. */
export const windowBytes = 256 * 1024;

/** Connection as a stream sees it. */
export interface StreamPort {
  /** Resolves when the connection accepts more data. */
  sendData(bytes: Buffer): Promise<void>;
  sendEnd(): void;
  sendReset(): void;
  /** Reports that the reader has consumed this many bytes. */
  sendWindow(bytes: number): void;
  /** Removes this stream after it has ended. */
  forget(): void;
}

/** Stream that shares its connection with other streams. Each direction ends independently, and a writer waits for its reader. */
export class MultiplexedStream extends Duplex implements ForwardedConnection {
  readonly #port: StreamPort;
  #credit = windowBytes;
  #wake: (() => void) | null = null;
  #unread: Buffer[] = [];
  /** Number of bytes that the other side may still send. */
  #granted = windowBytes;
  #isWanted = false;
  #isReadOut = false;
  #hasEnded = { here: false, there: false };
  #timeoutMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(port: StreamPort) {
    super({ allowHalfOpen: true });
    this.#port = port;
    // Users of the stream add their own listeners. Without any listener, an error would crash the process.
    this.on("error", () => {});
  }

  /** Receives bytes from the other side. Throws if it sends more than the window allows. */
  receive(bytes: Buffer): void {
    if (bytes.length > this.#granted)
      throw new RangeError("The other side sent more than the window allows.");
    this.#granted -= bytes.length;
    this.#touch();
    this.#unread.push(bytes);
    this.#flush();
  }

  receiveEnd(): void {
    this.#hasEnded.there = true;
    this.#touch();
    this.#flush();
  }

  receiveWindow(bytes: number): void {
    this.#credit += bytes;
    this.#touch();
    this.#wakeWriter();
  }

  /** Destroys the stream after the other side has reset it or after the connection is lost. */
  cut(error?: Error): void {
    this.#hasEnded = { here: true, there: true };
    this.destroy(error);
  }

  setTimeout(timeoutMs: number, onTimeout?: () => void): this {
    this.#timeoutMs = timeoutMs;
    if (onTimeout !== undefined) this.on("timeout", onTimeout);
    this.#touch();
    return this;
  }

  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else {
      this.once("finish", () => this.destroy());
      this.end();
    }
  }

  override _read(): void {
    this.#isWanted = true;
    this.#flush();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#hasEnded.here = true;
    this.#port.sendEnd();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    if (!this.#hasEnded.here || !this.#hasEnded.there) this.#port.sendReset();
    this.#port.forget();
    this.#wakeWriter();
    done(error);
  }

  async #send(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      while (this.#credit === 0 && !this.destroyed) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.destroyed) return;
      const piece = chunk.subarray(at, at + Math.min(this.#credit, maxPayloadBytes));
      at += piece.length;
      this.#credit -= piece.length;
      this.#touch();
      await this.#port.sendData(piece);
    }
  }

  #flush(): void {
    while (this.#isWanted && this.#unread.length > 0) {
      const bytes = this.#unread.shift()!;
      this.#granted += bytes.length;
      this.#port.sendWindow(bytes.length);
      this.#isWanted = this.push(bytes);
    }
    if (!this.#hasEnded.there || this.#unread.length > 0 || this.#isReadOut || this.destroyed) return;
    this.#isReadOut = true;
    this.push(null);
  }

  #wakeWriter(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #touch(): void {
    clearTimeout(this.#timer);
    if (this.#timeoutMs > 0 && !this.destroyed)
      this.#timer = setTimeout(() => this.emit("timeout"), this.#timeoutMs).unref();
  }
}
