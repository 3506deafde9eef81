import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { Terminal } from "../terminal.ts";

/**
 * Reads one line that a person types, without showing it. Null when Ctrl-C or Ctrl-D ended it. Throws `RangeError` when several lines were
 * pasted, of which the first alone would be the value.
 */
export async function readHidden(terminal: Terminal, prompt: string): Promise<string | null> {
  // What the line editor would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now is what is typed not shown.
  terminal.note(`${prompt} (what is typed is not shown):`);
  const stop = new AbortController();
  for (const end of ["SIGINT", "close"] as const) lines.on(end, () => stop.abort());
  // The line that answers the question is no such event; one behind it in the same paste is.
  let isPasted = false;
  lines.on("line", () => {
    isPasted = true;
  });
  try {
    const line = await lines.question("", { signal: stop.signal });
    await setImmediate();
    if (isPasted) throw new RangeError("what was pasted has several lines");
    return line;
  } catch (cause) {
    if (!stop.signal.aborted) throw cause;
    return null;
  } finally {
    lines.close();
  }
}
