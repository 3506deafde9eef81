import type { RawData, WebSocket } from "ws";
import { ByteBudget } from "../../runtime/byte-budget.ts";
import { resolveOnAbort } from "../../runtime/on-abort.ts";
import { Semaphore } from "../../runtime/semaphore.ts";
import { maxStallMs, StalledWatcher } from "./pump-events.ts";

/** Bytes that may be on their way to a client before its events wait. */
const maxBufferedBytes = 256 * 1024;
/** Of a client's frames that wait to be worked, however many those may be. */
const maxWaitingBytes = 2 * 1024 * 1024;
/** Told with a close: RFC 6455, section 7.4.1, and the registry of codes. */
const closeCode = { done: 1000, goingAway: 1001, refused: 1008, tryAgainLater: 1013 } as const;
const maxReasonBytes = 123;
/** For a client to take its leave before it is cut off: while all goes on, and when the server ends. */
const goodbyeMs = 5_000;
const lastGoodbyeMs = 1_000;

export interface LiveLimits {
  readonly heartbeatMs: number;
  readonly stallMs: number;
}

export const defaultLiveLimits: LiveLimits = { heartbeatMs: 15_000, stallMs: maxStallMs };

export interface SocketWork {
  /** Works one frame of the client; they come one after the other. Never throws. */
  readonly onFrame: (text: string) => Promise<void>;
  /** Asked at every heartbeat, so that a revoked key ends the connection: the sentence to end it with, or null. Never throws. */
  readonly whyNotAllowed: () => Promise<string | null>;
  readonly heartbeatMs: number;
  /** Sent at every heartbeat, for clients that are not shown pings, as those of browsers; null for none. */
  readonly heartbeatFrame: string | null;
  /** Frames of the client that may wait to be worked. */
  readonly maxWaitingFrames: number;
}

/** One live connection: bounded both ways, with heartbeats, and closed with a sentence. */
export class LiveSocket {
  /** Aborted when the connection is over. */
  readonly signal: AbortSignal;
  readonly #socket: WebSocket;
  readonly #over = new AbortController();
  #flushed: Promise<void> = Promise.resolve();
  #isAnswered = true;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.signal = this.#over.signal;
    socket.once("close", () => this.#over.abort());
    // "close" follows, once the client was told what it did wrong.
    socket.on("error", () => {});
    socket.on("pong", () => {
      this.#isAnswered = true;
    });
  }

  /** False: so much is on its way that the next should wait for `drained`. */
  send(text: string): boolean {
    if (this.signal.aborted || this.#socket.readyState !== this.#socket.OPEN) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.send(text, () => resolve());
    this.#flushed = promise;
    return this.#socket.bufferedAmount <= maxBufferedBytes;
  }

  /** Settles when all that was sent has left, or the connection is over. */
  async drained(): Promise<void> {
    await resolveOnAbort(this.#flushed, this.signal, undefined);
  }

  /** Answers a frame. A client that only talks, and does not read, is left. */
  answer(frame: object): void {
    if (!this.send(JSON.stringify(frame))) this.stalled();
  }

  /** Hears the client and keeps the connection alive until it is over. */
  work({ onFrame, whyNotAllowed, heartbeatMs, heartbeatFrame, maxWaitingFrames }: SocketWork): void {
    let waiting = 0;
    const waitingBytes = new ByteBudget(maxWaitingBytes);
    const working = new Semaphore(1);
    this.#socket.on("message", (data: RawData, isBinary: boolean) => {
      if (this.signal.aborted) return;
      if (isBinary) return this.refuse("Frames are text: JSON objects.");
      if (waiting >= maxWaitingFrames)
        return this.refuse(`More than ${maxWaitingFrames} frames wait to be worked; send fewer at once.`);
      const text = data.toString();
      const reservation = waitingBytes.reserve(Buffer.byteLength(text));
      if (reservation === null)
        return this.refuse("More than 2 MiB of frames wait to be worked; send fewer at once.");
      waiting += 1;
      void working
        .run(() => onFrame(text))
        .finally(() => {
          waiting -= 1;
          reservation.release();
        });
    });
    const heartbeat = setInterval(() => void this.#beat(whyNotAllowed, heartbeatFrame), heartbeatMs);
    this.#socket.once("close", () => clearInterval(heartbeat));
  }

  async #beat(whyNotAllowed: SocketWork["whyNotAllowed"], heartbeatFrame: string | null): Promise<void> {
    // Two heartbeats without an answer: nobody is there.
    if (!this.#isAnswered) return this.#socket.terminate();
    this.#isAnswered = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
    if (heartbeatFrame !== null) this.send(heartbeatFrame);
    const sentence = await whyNotAllowed();
    if (sentence !== null) this.refuse(sentence);
  }

  stalled(): void {
    this.#close(closeCode.tryAgainLater, new StalledWatcher().message);
  }

  /** All was said. */
  end(): void {
    this.#close(closeCode.done, "");
  }

  refuse(sentence: string): void {
    this.#close(closeCode.refused, sentence);
  }

  leave(): void {
    this.#close(
      closeCode.goingAway,
      "The server ends; connect again, behind the last event that you have.",
      lastGoodbyeMs,
    );
  }

  #close(code: number, sentence: string, cutAfterMs = goodbyeMs): void {
    if (this.signal.aborted) return;
    this.#socket.close(code, Buffer.from(sentence).subarray(0, maxReasonBytes));
    this.#over.abort();
    const cut = setTimeout(() => this.#socket.terminate(), cutAfterMs);
    this.#socket.once("close", () => clearTimeout(cut));
  }
}
