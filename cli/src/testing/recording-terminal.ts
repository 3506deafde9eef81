import { Readable, Writable } from "node:stream";
import { clean } from "../clean.ts";
import { momentFormat } from "../format.ts";
import type { Failure, Span, Terminal } from "../terminal.ts";

export interface RecordingTerminal extends Terminal {
  readonly lines: string[];
  readonly notes: string[];
  readonly documents: unknown[];
  readonly failures: Failure[];
  readonly progressTexts: string[];
  /** Returns all running text and lines as one text. */
  text(): string;
  /** Simulates Ctrl-C. */
  interrupt(): void;
}

const collect = (add: (text: string) => void) =>
  new Writable({
    write(chunk, _encoding, done) {
      add(String(chunk));
      done();
    },
  });

const now = () => Date.parse("2026-11-01T00:00:00Z");

/**
 * Creates a terminal that records its output. The terminal is `columns` wide, or piped if `columns` is null. `input` is
 * the content of standard input.
 */
export function createRecordingTerminal(columns: number | null = null, input = ""): RecordingTerminal {
  const lines: string[] = [];
  const notes: string[] = [];
  const documents: unknown[] = [];
  const failures: Failure[] = [];
  const progressTexts: string[] = [];
  const listeners = new Set<() => void>();
  let text = "";
  const plain = (spans: readonly Span[]) =>
    spans.map((span) => clean(typeof span === "string" ? span : span.text)).join("");
  return {
    lines,
    notes,
    documents,
    failures,
    progressTexts,
    isInteractive: columns !== null,
    columns,
    moment: columns === null ? (at) => at : momentFormat({ locale: "en-US", timeZone: "UTC", now }),
    text: () => text,
    line(...spans) {
      lines.push(plain(spans));
      text += `${plain(spans)}\n`;
    },
    flow(...spans) {
      text += plain(spans);
    },
    raw(given) {
      text += given;
    },
    json: (value) => void documents.push(value),
    note: (...spans) => void notes.push(plain(spans)),
    hint: (text) => void notes.push(`Next: ${clean(text)}`),
    failure: (failure) => void failures.push(failure),
    progress: () => ({ show: (shown) => void progressTexts.push(shown), clear() {} }),
    keepBelow: () => () => {},
    readInput: async () => input,
    ask: async () => null,
    streams: {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: collect((written) => {
        text += written;
      }),
      stderr: collect((written) => void notes.push(written)),
    },
    onInterrupt(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    interrupt() {
      for (const listener of listeners) listener();
    },
  };
}
