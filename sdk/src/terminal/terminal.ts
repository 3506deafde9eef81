import { APIConnectionError, errorOfCode, TemboError } from "../errors.ts";
import type { WebSocketLike } from "../live/web-socket.ts";
import type { Runtime } from "../runtime.ts";

/** One frame holds no more than 16 KiB, and JSON makes six bytes of a control character. */
const inputCharacters = 2_048;
/** As /v1/live: the server says something every 15 seconds. */
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
 * A shell in a session's sandbox. Iterate over what it shows, in a loop that takes its time: the server sends no more than is taken. The loop ends with
 * the shell, and throws when the connection breaks. Leaving it closes the terminal, and with it everything that was started there.
 */
export class Terminal implements AsyncIterable<string> {
  /** What the shell ended with; null while it runs, and when it was killed. */
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
    socket.addEventListener("message", ({ data }) => this.#hear(data));
    socket.addEventListener("error", () => this.#end(new APIConnectionError("The terminal broke off.")));
    socket.addEventListener("close", ({ code, reason }) =>
      this.#end(
        new APIConnectionError(`The terminal was closed with ${code}${reason ? `: ${reason}` : "."}`),
      ),
    );
    this.#watch();
  }

  /** Resolves once its shell runs; throws as the server refuses it. */
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

  /** What a person types or pastes; "\r" is the return key, "\x03" Ctrl+C. */
  write(text: string): void {
    for (let start = 0; start < text.length; ) {
      const end = start + inputCharacters;
      // A pair of surrogates is one character.
      const cut = /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end + 1 : end;
      this.#say({ op: "input", data: text.slice(start, cut) });
      start = cut;
    }
  }

  resize({ rows, columns }: TerminalSize): void {
    this.#say({ op: "resize", rows, columns });
  }

  /** Ends the shell and all that it has started; the loop ends without an error. */
  close(): void {
    this.#end(null);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    try {
      for (;;) {
        const data = this.#shown.shift();
        if (data !== undefined) {
          yield data;
          this.#say({ op: "taken", characters: data.length });
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

  #hear(data: unknown): void {
    if (this.#isOver) return;
    this.#watch();
    let frame: Frame;
    try {
      frame = JSON.parse(String(data)) as Frame;
    } catch (cause) {
      this.#end(new APIConnectionError("The terminal sent what is no JSON.", cause));
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

  #say(frame: object): void {
    if (!this.#isOver) this.#socket.send(JSON.stringify(frame));
  }

  #watch(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#runtime.after(silentAfterMs, () =>
      this.#end(new APIConnectionError(`The terminal was silent for ${silentAfterMs} ms.`)),
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
    // Whoever waits for nothing any more is not told.
    this.#ready.promise.catch(() => {});
    this.#socket.close();
    this.#wake();
  }
}
