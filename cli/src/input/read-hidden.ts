import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { Terminal } from "../terminal.ts";

/**
 * Reads a line from the user without displaying it. Returns null after Ctrl-C or Ctrl-D. Throws `RangeError` if several
 * lines were pasted, because only the first would be used.
 */
export async function readHidden(terminal: Terminal, prompt: string): Promise<string | null> {
  // Discards the echo of the line editor.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.streams.stdin, output: nowhere, terminal: true });
  // Prints the prompt only now, because the terminal no longer echoes input.
  terminal.note(`${prompt} (input is hidden):`);
  const stop = new AbortController();
  for (const end of ["SIGINT", "close"] as const) lines.on(end, () => stop.abort());
  // The answer to the prompt does not emit this event, but a second line of the same paste does.
  let isPasted = false;
  lines.on("line", () => {
    isPasted = true;
  });
  try {
    const line = await lines.question("", { signal: stop.signal });
    await setImmediate();
    if (isPasted) throw new RangeError("the pasted text has more than one line.");
    return line;
  } catch (cause) {
    if (!stop.signal.aborted) throw cause;
    return null;
  } finally {
    lines.close();
  }
}
