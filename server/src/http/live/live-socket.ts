import type { RawData, WebSocket } from "ws";
import { ByteBudget } from "../../runtime/byte-budget.ts";
import { resolveOnAbort } from "../../runtime/on-abort.ts";
import { Semaphore } from "../../runtime/semaphore.ts";
import { maxStallMs, StalledWatcher } from "./pump-events.ts";

/** Maximum number of bytes in flight to a client. Further events wait. */
const maxBufferedBytes = 256 * 1024;
/** Maximum total size of queued client frames. `maxWaitingFrames` limits their number. */
const maxWaitingBytes = 2 * 1024 * 1024;
/** Close codes from RFC 6455, section 7.4.1, and from the IANA registry. */
const closeCode = { done: 1000, goingAway: 1001, refused: 1008, tryAgainLater: 1013 } as const;
const maxReasonBytes = 123;
/**
 * Time limits for the client's response to the closing handshake, normally and while the server shuts down. Afterwards, the server
 * terminates the connection.
 */
const goodbyeMs = 5_000;
const lastGoodbyeMs = 1_000;

export interface LiveLimits {
  readonly heartbeatMs: number;
  readonly stallMs: number;
}

export const defaultLiveLimits: LiveLimits = { heartbeatMs: 15_000, stallMs: maxStallMs };

export interface SocketWork {
  /** Handles one frame from the client. Runs for one frame at a time, and never throws. */
  readonly onFrame: (text: string) => Promise<void>;
  /**
   * Called at every heartbeat, so that revoking a key closes the connection. Returns the close message, or null if the client still has
   * access. Never throws.
   */
  readonly whyNotAllowed: () => Promise<string | null>;
  readonly heartbeatMs: number;
  /** Frame to send at every heartbeat, for clients that cannot see pings, such as browsers, or null to send none. */
  readonly heartbeatFrame: string | null;
  /** Maximum number of client frames in the queue. */
  readonly maxWaitingFrames: number;
}

/** Live connection with heartbeats, limits in both directions, and a message on close. */
export class LiveSocket {
  /** Signal that aborts when the connection ends. */
  readonly signal: AbortSignal;
  readonly #socket: WebSocket;
  readonly #over = new AbortController();
  #flushed: Promise<void> = Promise.resolve();
  #isAnswered = true;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.signal = this.#over.signal;
    socket.once("close", () => this.#over.abort());
    // A "close" event follows after the client receives the protocol error.
    socket.on("error", () => {});
    socket.on("pong", () => {
      this.#isAnswered = true;
    });
  }

  /** Sends a frame. Returns false if the caller must wait for `drained` before the next send. */
  send(text: string): boolean {
    if (this.signal.aborted || this.#socket.readyState !== this.#socket.OPEN) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.send(text, () => resolve());
    this.#flushed = promise;
    return this.#socket.bufferedAmount <= maxBufferedBytes;
  }

  /** Settles when all sent data has been flushed, or when the connection ends. */
  async drained(): Promise<void> {
    await resolveOnAbort(this.#flushed, this.signal, undefined);
  }

  /** Sends a frame as JSON. Disconnects a client that sends frames but does not read the responses. */
  answer(frame: object): void {
    if (!this.send(JSON.stringify(frame))) this.stalled();
  }

  /** Handles the client's frames and sends heartbeats until the connection ends. */
  work({ onFrame, whyNotAllowed, heartbeatMs, heartbeatFrame, maxWaitingFrames }: SocketWork): void {
    let waiting = 0;
    const waitingBytes = new ByteBudget(maxWaitingBytes);
    const working = new Semaphore(1);
    this.#socket.on("message", (data: RawData, isBinary: boolean) => {
      if (this.signal.aborted) return;
      if (isBinary) return this.refuse("Send text frames that contain JSON objects.");
      if (waiting >= maxWaitingFrames)
        return this.refuse(`More than ${maxWaitingFrames} frames are queued. Send fewer frames at once.`);
      const text = data.toString();
      const reservation = waitingBytes.reserve(Buffer.byteLength(text));
      if (reservation === null)
        return this.refuse("More than 2 MiB of frames are queued. Send fewer frames at once.");
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
    // The client has not responded to the previous ping, so the connection is dead.
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

  /** Closes the connection with the status for a normal closure. */
  end(): void {
    this.#close(closeCode.done, "");
  }

  refuse(sentence: string): void {
    this.#close(closeCode.refused, sentence);
  }

  leave(): void {
    this.#close(
      closeCode.goingAway,
      "The server is shutting down. Reconnect, starting after the last event that you received.",
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
