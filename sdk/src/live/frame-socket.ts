import { APIConnectionError, APIConnectionTimeoutError, type TemboError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { withReason } from "../with-reason.ts";
import { type LiveFrame, readFrame } from "./live-frame.ts";
import type { WebSocketLike } from "./web-socket.ts";

/**
 * Close codes after which the server expects the client to reconnect: RFC 6455, section 7.4.1, and the registry of
 * close codes.
 */
const healthyCloseCodes: readonly (number | undefined)[] = [1000, 1001, 1013];

interface FrameSocketOptions {
  readonly runtime: Runtime;
  readonly heartbeatTimeoutMs: number;
  /** Handles a frame of the given length in characters. An error ends the connection. */
  readonly onFrame: (frame: LiveFrame, length: number) => void;
  /** Called once, when the connection ends. */
  readonly onEnd: () => void;
}

/** A WebSocket that carries frames of `/v1/live`. Ends if the server sends no frame within the heartbeat timeout. */
export class FrameSocket {
  readonly #socket: WebSocketLike;
  readonly #options: FrameSocketOptions;
  #isOver = false;
  #failure: TemboError | null = null;
  #cancelTimer: () => void = () => {};

  constructor(socket: WebSocketLike, options: FrameSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("error", () =>
      this.end(
        new APIConnectionError(
          "The live connection failed. Check that the server is running, and connect again.",
        ),
      ),
    );
    socket.addEventListener("close", ({ code, reason }) => {
      const why = withReason(`The live connection was closed with code ${code}`, reason ?? "");
      this.end(healthyCloseCodes.includes(code) ? null : new APIConnectionError(why));
    });
    this.#watch();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Cause of the end, or null if the connection is open or was closed normally. */
  get failure(): TemboError | null {
    return this.#failure;
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  /** Closes the connection. Has no effect if the connection has ended. */
  end(failure: TemboError | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#cancelTimer();
    this.#socket.close();
    this.#options.onEnd();
  }

  #receive(data: unknown): void {
    if (this.#isOver) return;
    this.#watch();
    try {
      this.#options.onFrame(readFrame(data), String(data).length);
    } catch (error) {
      this.end(error as TemboError);
    }
  }

  /** Restarts the timer that ends the connection. */
  #watch(): void {
    const { runtime, heartbeatTimeoutMs } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = runtime.after(heartbeatTimeoutMs, () =>
      this.end(
        new APIConnectionTimeoutError(`The live connection received no data for ${heartbeatTimeoutMs} ms.`),
      ),
    );
  }
}
