import { styleText } from "node:util";
import { clean, safeJson } from "./clean.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** A piece of a line. Every piece is cleaned before it is written, whoever wrote its text. */
export type Span = string | { readonly text: string; readonly style: Style };

export const styled = (style: Style, text: string): Span => ({ text, style });

export interface Terminal {
  readonly isInteractive: boolean;
  /** One line of the result, on standard output. */
  line(...spans: Span[]): void;
  /** Running text of the result: newlines stay, none is added. */
  flow(...spans: Span[]): void;
  /** Text for another program, as it is; on a terminal it is cleaned like everything else. */
  raw(text: string): void;
  /** One JSON document, or one line of JSON Lines. */
  json(value: unknown, layout?: "document" | "line"): void;
  /** One line for a person beside the result, on standard error. */
  note(...spans: Span[]): void;
  /** The line that says what is going on; shown in place on a terminal, else line by line. */
  progress(): Progress;
  /** All of standard input, at most `maxBytes`; longer input throws. */
  readInput(maxBytes: number): Promise<string>;
  /** Standard input and output themselves, for a protocol that they carry. */
  readonly streams: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream };
  /** Calls back on the first Ctrl-C; the second ends the process as usual. */
  onInterrupt(callback: () => void): () => void;
}

export interface Progress {
  show(text: string): void;
  /** Takes the line off the terminal. */
  clear(): void;
}

/** As for a program that SIGPIPE ended: the reader went away before the end. */
const brokenPipeStatus = 141;

export function terminalOf({ stdin, stdout, stderr }: NodeJS.Process): Terminal {
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(brokenPipeStatus);
      throw error;
    });
  }
  return {
    isInteractive: stdout.isTTY === true,
    line(...spans) {
      stdout.write(`${oneLine(spans, stdout)}\n`);
    },
    flow(...spans) {
      stdout.write(painted(spans, stdout));
    },
    raw(text) {
      stdout.write(stdout.isTTY ? clean(text) : text);
    },
    json(value, layout = "document") {
      stdout.write(`${safeJson(value, layout === "document" ? 2 : undefined)}\n`);
    },
    note(...spans) {
      stderr.write(`${oneLine(spans, stderr)}\n`);
    },
    progress: () => (stderr.isTTY ? progressInPlace(stderr) : progressInLines(stderr)),
    async readInput(maxBytes) {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of stdin as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > maxBytes) throw new RangeError(`Standard input is longer than ${maxBytes} bytes.`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString("utf8");
    },
    streams: { stdin, stdout },
    onInterrupt(callback) {
      process.once("SIGINT", callback);
      return () => process.off("SIGINT", callback);
    },
  };
}

function painted(spans: readonly Span[], stream: NodeJS.WriteStream): string {
  return spans
    .map((span) =>
      typeof span === "string" ? clean(span) : styleText(span.style, clean(span.text), { stream }),
    )
    .join("");
}

function oneLine(spans: readonly Span[], stream: NodeJS.WriteStream): string {
  const flat = spans.map((span) =>
    typeof span === "string" ? flatten(span) : { style: span.style, text: flatten(span.text) },
  );
  return painted(flat, stream);
}

function flatten(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

function progressInLines(stream: NodeJS.WriteStream): Progress {
  let shown = "";
  return {
    show(text) {
      if (text !== shown) stream.write(`${oneLine([text], stream)}\n`);
      shown = text;
    },
    clear() {},
  };
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

function progressInPlace(stream: NodeJS.WriteStream): Progress {
  const startedAt = performance.now();
  let text = "";
  let frame = 0;
  let timer: NodeJS.Timeout | null = null;
  const draw = () => {
    const seconds = Math.floor((performance.now() - startedAt) / 1000);
    const line = Array.from(`${frames[frame++ % frames.length]} ${oneLine([text], stream)}`);
    // Longer than the terminal is wide, a line could not be drawn over.
    const room = Math.max(10, (stream.columns || 80) - 10);
    stream.write(`\r\x1b[2K${line.slice(0, room).join("")} ${styleText("dim", `${seconds} s`, { stream })}`);
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
