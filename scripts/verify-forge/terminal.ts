import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

export interface Terminal {
  /** Whether a person sits there who can be asked. */
  readonly isInteractive: boolean;
  /** What the command is for, on standard output. */
  say(line: string): void;
  /** On standard error. */
  complain(line: string): void;
  /** One line that the person types, without the space around it; empty when they stop with Ctrl-C. */
  ask(prompt: string, how?: { readonly isHidden: boolean }): Promise<string>;
}

export function processTerminal(): Terminal {
  return {
    isInteractive: process.stdin.isTTY === true,
    say: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    async ask(prompt, { isHidden } = { isHidden: false }) {
      // What the line editor would echo goes nowhere.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const output = isHidden ? nowhere : process.stderr;
      const lines = createInterface({ input: process.stdin, output, terminal: true });
      // Only now is what is typed not shown.
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
