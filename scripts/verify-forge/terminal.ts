import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

export interface Terminal {
  /** True if a user can answer questions on standard input. */
  readonly isInteractive: boolean;
  /** Prints a line of the result to standard output. */
  print(line: string): void;
  /** Prints a line to standard error. */
  complain(line: string): void;
  /** Returns one line of input without surrounding whitespace. Returns an empty string if the user presses Ctrl-C or closes the input. */
  ask(prompt: string, how?: { readonly isHidden: boolean }): Promise<string>;
}

export function processTerminal(): Terminal {
  return {
    isInteractive: process.stdin.isTTY === true,
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    async ask(prompt, { isHidden } = { isHidden: false }) {
      // Discards the echo of the line editor.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const output = isHidden ? nowhere : process.stderr;
      const lines = createInterface({ input: process.stdin, output, terminal: true });
      // Prints the prompt only after the line editor has started, because the terminal echoes input until then.
      if (isHidden) process.stderr.write(prompt);
      const stop = new AbortController();
      lines.on("SIGINT", () => stop.abort());
      lines.on("close", () => stop.abort());
      try {
        return (await lines.question(isHidden ? "" : prompt, { signal: stop.signal })).trim();
      } catch (cause) {
        if (stop.signal.aborted) return "";
        throw cause;
      } finally {
        lines.close();
        if (isHidden) process.stderr.write("\n");
      }
    },
  };
}
