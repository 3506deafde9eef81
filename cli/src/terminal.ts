import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { clean, safeJson } from "./clean.ts";
import { asTyped } from "./command-name.ts";
import { exitCodes } from "./exit-codes.ts";
import { bytes, duration, localeOf, momentFormat } from "./format.ts";
import { createStatusLine, type StatusLine } from "./screen/status-line.ts";
import { fitted } from "./screen/text-width.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** A piece of a line. The terminal cleans every piece before writing it, regardless of its origin. */
export type Span = string | { readonly text: string; readonly style: Style };

export const styled = (style: Style, text: string): Span => ({ text, style });

export interface Terminal {
  readonly isInteractive: boolean;
  /** Width of the terminal in columns, or null if there is no terminal. */
  readonly columns: number | null;
  /**
   * Formats an ISO 8601 time for the user's locale. Without a terminal, returns it unchanged. Always returns other text
   * unchanged.
   */
  readonly moment: (at: string) => string;
  /** Prints a line of the result on standard output. */
  line(...spans: Span[]): void;
  /** Prints running text of the result. Keeps its newlines and adds none. */
  flow(...spans: Span[]): void;
  /** Prints text for another program unchanged. On a terminal, removes control characters as for other text. */
  raw(text: string): void;
  /** Prints a JSON document, or a line of JSON Lines. */
  json(value: unknown, layout?: "document" | "line"): void;
  /** Prints a message for the user on standard error. */
  note(...spans: Span[]): void;
  /**
   * Prints a line on standard error that starts with `Next:`. Commands in the hint start with the command that the user
   * typed.
   */
  hint(text: string): void;
  /**
   * Prints the failure as one line of JSON on standard error, for scripts that use `--json`. `next` is formatted as in
   * a hint.
   */
  failure(failure: Failure): void;
  /** Returns a progress line. A terminal updates the line in place. Otherwise, each update is a new line. */
  progress(): Progress;
  /**
   * Shows a line below all other output and redraws it at intervals, until the returned function is called. Has no
   * effect if the terminal does not support it.
   */
  keepBelow(status: () => readonly Span[]): () => void;
  /** Reads standard input to its end. Throws if it is longer than `maxBytes`. */
  readInput(maxBytes: number): Promise<string>;
  /**
   * Prints a question and returns the line that the user types. Returns null if input or output is not a terminal.
   * Returns an empty string after Ctrl-C or Ctrl-D.
   */
  ask(question: string): Promise<string | null>;
  /** The streams themselves, for a protocol or a library that uses them. */
  readonly streams: Streams;
  /** Calls `callback` on the first Ctrl-C. A second Ctrl-C terminates the process as usual. */
  onInterrupt(callback: () => void): () => void;
}

/** The reason why a command failed. */
export interface Failure {
  /** Describes the failure in one sentence. */
  readonly message: string;
  /** The error code (docs/reference/errors.md), if it is known. */
  readonly code?: string;
  /** The field or parameter of the API request that caused the error. */
  readonly field?: string;
  /** HTTP status of the response that caused the failure. */
  readonly status?: number;
  /** ID of the request in the server's log. */
  readonly requestId?: string;
  readonly next?: string;
}

export interface Progress {
  show(text: string): void;
  /** Removes the line from the terminal. */
  clear(): void;
}

/** A stream that is a terminal has a raw mode. */
export type InputStream = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

/** A stream that is a terminal has the terminal's size. */
export type OutputStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface Streams {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Creates a terminal from the streams and the environment of a process. */
export function terminalOf({
  stdin,
  stdout,
  stderr,
  env,
}: Streams & { readonly env: NodeJS.ProcessEnv }): Terminal {
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(exitCodes.brokenPipe.code);
      throw error;
    });
  }
  // A dumb terminal does not support redrawing.
  const isDumb = env.TERM === "dumb";
  const columnsOf = (stream: OutputStream) => stream.columns || 80;
  const paintOn = (stream: OutputStream): Paint =>
    hasColors(stream, env) ? (style, text) => styleText(style, text, { validateStream: false }) : plain;
  const [paint, paintBeside] = [paintOn(stdout), paintOn(stderr)];
  let status: StatusLine | null = null;
  const print = (stream: OutputStream, text: string) => {
    if (status === null) stream.write(text);
    else status.print(text);
  };
  const note = (...spans: Span[]) => {
    // Uses the status line only if standard error is a terminal.
    const isBeside = stderr.isTTY === true;
    if (isBeside) print(stderr, `${oneLine(spans, paintBeside)}\n`);
    else stderr.write(`${oneLine(spans, paintBeside)}\n`);
  };
  return {
    isInteractive: stdout.isTTY === true,
    get columns() {
      return stdout.isTTY ? columnsOf(stdout) : null;
    },
    moment: stdout.isTTY ? momentFormat({ locale: localeOf(env) }) : (at) => at,
    line(...spans) {
      print(stdout, `${oneLine(spans, paint)}\n`);
    },
    flow(...spans) {
      print(stdout, painted(spans, paint));
    },
    raw(text) {
      print(stdout, stdout.isTTY ? clean(text) : text);
    },
    json(value, layout = "document") {
      print(stdout, `${safeJson(value, layout === "document" ? 2 : undefined)}\n`);
    },
    note,
    hint: (text) => note({ style: "dim", text: "Next: " }, asTyped(text, env)),
    failure: (failure) => {
      const next = failure.next === undefined ? {} : { next: asTyped(failure.next, env) };
      // `error` is the former name of `message`, kept for one release.
      stderr.write(`${safeJson({ ...failure, error: failure.message, ...next })}\n`);
    },
    progress: () =>
      stderr.isTTY && !isDumb ? progressInPlace(stderr, paintBeside) : progressInLines(stderr, paintBeside),
    keepBelow(render) {
      if (!stdout.isTTY || isDumb || status !== null) return () => {};
      const kept = createStatusLine(screenOf(stdout), (columns) => {
        const spans = render();
        const text = spans.map((span) => (typeof span === "string" ? span : span.text)).join("");
        const room = columns - 1;
        return fitted(flatten(clean(text)), room) === text
          ? oneLine(spans, paint)
          : paint("dim", fitted(flatten(clean(text)), room));
      });
      status = kept;
      return () => {
        if (status !== kept) return;
        status = null;
        kept.end();
      };
    },
    async readInput(maxBytes) {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of stdin as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > maxBytes) throw new RangeError(`Standard input is larger than ${bytes(maxBytes)}.`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString("utf8");
    },
    async ask(question) {
      if (stdin.isTTY !== true || stderr.isTTY !== true) return null;
      const lines = createInterface({ input: stdin, output: stderr });
      const stop = new AbortController();
      for (const end of ["SIGINT", "close"] as const) lines.on(end, () => stop.abort());
      try {
        return await lines.question(clean(question), { signal: stop.signal });
      } catch (cause) {
        if (!stop.signal.aborted) throw cause;
        return "";
      } finally {
        lines.close();
      }
    },
    streams: { stdin, stdout, stderr },
    onInterrupt(callback) {
      process.once("SIGINT", callback);
      return () => process.off("SIGINT", callback);
    },
  };
}

type Paint = (style: Style, text: string) => string;

const plain: Paint = (_style, text) => text;

/**
 * Returns true if the terminal shows colors, or if FORCE_COLOR requests them. Uses the given environment, which
 * `styleText` cannot do.
 */
function hasColors(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  if (stream.isTTY !== true && env.FORCE_COLOR === undefined) return false;
  return WriteStream.prototype.getColorDepth.call(stream, env) > 2;
}

function screenOf(stream: OutputStream): Parameters<typeof createStatusLine>[0] {
  return {
    write: (text) => stream.write(text),
    columns: () => stream.columns || 80,
    now: () => performance.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms).unref();
      return () => clearInterval(timer);
    },
  };
}

function painted(spans: readonly Span[], paint: Paint): string {
  return spans
    .map((span) => (typeof span === "string" ? clean(span) : paint(span.style, clean(span.text))))
    .join("");
}

function oneLine(spans: readonly Span[], paint: Paint): string {
  const flat = spans.map((span) =>
    typeof span === "string" ? flatten(span) : { style: span.style, text: flatten(span.text) },
  );
  return painted(flat, paint);
}

function flatten(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

function progressInLines(stream: OutputStream, paint: Paint): Progress {
  let shown = "";
  return {
    show(text) {
      if (text !== shown) stream.write(`${oneLine([text], paint)}\n`);
      shown = text;
    },
    clear() {},
  };
}

export const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

function progressInPlace(stream: OutputStream, paint: Paint): Progress {
  const startedAt = performance.now();
  let text = "";
  let frame = 0;
  let timer: NodeJS.Timeout | null = null;
  const draw = () => {
    const seconds = Math.floor((performance.now() - startedAt) / 1_000);
    const line = `${frames[frame++ % frames.length]} ${flatten(clean(text))}`;
    // A line wider than the terminal cannot be updated in place.
    const room = Math.max(10, (stream.columns || 80) - 16);
    stream.write(`\r\x1b[2K${fitted(line, room)} ${paint("dim", duration(seconds * 1_000))}`);
  };
  return {
    show(next) {
      text = next;
      timer ??= setInterval(draw, 120).unref();
      draw();
    },
    clear() {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      stream.write("\r\x1b[2K");
    },
  };
}
