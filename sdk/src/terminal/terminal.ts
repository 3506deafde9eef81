import { APIConnectionError, errorOfCode, TemboError } from "../errors.ts";
import type { WebSocketLike } from "../live/web-socket.ts";
import type { Runtime } from "../runtime.ts";
import { withReason } from "../with-reason.ts";

/**
 * Maximum input per frame, in characters. A frame has at most 16 KiB, and JSON encodes a control character in six
 * bytes.
 */
const inputCharacters = 2_048;
/**
 * Time in milliseconds without a frame after which the connection is considered lost. The server sends a frame at least
 * every 15 seconds.
 */
const silentAfterMs = 45_000;

export interface TerminalSize {
  rows: number;
  columns: number;
}

export interface TerminalOptions extends Partial<TerminalSize> {
  /** Closes the terminal. */
  signal?: AbortSignal | undefined;
}

type Frame =
  | { readonly type: "ready"; readonly terminalId: string }
  | { readonly type: "output"; readonly data: string }
  | { readonly type: "exit"; readonly code: number | null }
  | { readonly type: "error"; readonly code?: string; readonly error: string }
  | { readonly type: "heartbeat" };

/**
 * A shell in a session's sandbox. Iterate over it to receive the output. The loop may be slow, because the server waits
 * for the client to consume output. The loop ends when the shell exits, and throws if the connection breaks. Exiting
 * the loop closes the terminal and terminates all processes started in it.
 */
export class Terminal implements AsyncIterable<string> {
  /** The shell's exit code, or null if the shell is running or was killed. */
  exitCode: number | null = null;
  readonly #socket: WebSocketLike;
  readonly #runtime: Runtime;
  readonly #ready = Promise.withResolvers<void>();
  readonly #shown: string[] = [];
  #isOver = false;
  #failure: TemboError | null = null;
  #wake: () => void = () => {};
  #cancelTimer: () => void = () => {};
  #forgetSignal: () => void = () => {};

  private constructor(socket: WebSocketLike, runtime: Runtime) {
    this.#socket = socket;
    this.#runtime = runtime;
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("error", () =>
      this.#end(
        new APIConnectionError(
          "The connection to the terminal failed. Check that the server is running, and open the terminal again.",
        ),
      ),
    );
    socket.addEventListener("close", ({ code, reason }) =>
      this.#end(
        new APIConnectionError(withReason(`The terminal was closed with code ${code}`, reason ?? "")),
      ),
    );
    this.#watch();
  }

  /** Resolves when the shell has started or the signal aborts. Throws if the server rejects the connection. */
  static async connect(
    socket: WebSocketLike,
    runtime: Runtime,
    signal: AbortSignal | undefined,
  ): Promise<Terminal> {
    const terminal = new Terminal(socket, runtime);
    const onAbort = () => terminal.close();
    signal?.addEventListener("abort", onAbort);
    terminal.#forgetSignal = () => signal?.removeEventListener("abort", onAbort);
    if (signal?.aborted) terminal.close();
    await terminal.#ready.promise;
    return terminal;
  }

  /** Sends input as typed or pasted. "\r" is the return key, and "\x03" is Ctrl+C. */
  write(text: string): void {
    for (let start = 0; start < text.length; ) {
      const end = start + inputCharacters;
      // Keeps surrogate pairs together.
      const cut = /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end + 1 : end;
      this.#send({ op: "input", data: text.slice(start, cut) });
      start = cut;
    }
  }

  resize({ rows, columns }: TerminalSize): void {
    this.#send({ op: "resize", rows, columns });
  }

  /** Terminates the shell and all its processes. The loop ends without an error. */
  close(): void {
    this.#end(null);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    try {
      for (;;) {
        const data = this.#shown.shift();
        if (data !== undefined) {
          yield data;
          this.#send({ op: "taken", characters: data.length });
          continue;
        }
        if (this.#failure !== null) throw this.#failure;
        if (this.#isOver) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.close();
    }
  }

  #receive(data: unknown): void {
    if (this.#isOver) return;
    this.#watch();
    let frame: Frame;
    try {
      frame = JSON.parse(String(data)) as Frame;
    } catch (cause) {
      this.#end(new APIConnectionError("The terminal sent a frame that is not JSON.", cause));
      return;
    }
    if (frame.type === "ready") this.#ready.resolve();
    else if (frame.type === "output") {
      this.#shown.push(frame.data);
      this.#wake();
    } else if (frame.type === "exit") {
      this.exitCode = frame.code;
      this.#end(null);
    } else if (frame.type === "error")
      this.#end(errorOfCode(frame.code, frame.error) ?? new TemboError(frame.error));
  }

  #send(frame: object): void {
    if (!this.#isOver) this.#socket.send(JSON.stringify(frame));
  }

  #watch(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#runtime.after(silentAfterMs, () =>
      this.#end(new APIConnectionError(`The terminal sent no data for ${silentAfterMs} ms.`)),
    );
  }

  #end(failure: TemboError | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#cancelTimer();
    this.#forgetSignal();
    if (failure === null) this.#ready.resolve();
    else this.#ready.reject(failure);
    // The promise may no longer have a listener.
    this.#ready.promise.catch(() => {});
    this.#socket.close();
    this.#wake();
  }
}
