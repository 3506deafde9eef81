import { type TerminalClientFrame, terminalClientFrame } from "@tembo/contract";
import { type Logger, withReason } from "../../core/base/index.ts";
import type { OpenTerminal } from "../../core/turns/index.ts";
import { resolveOnAbort } from "../../runtime/on-abort.ts";
import type { LiveSocket } from "../live/live-socket.ts";

/**
 * Maximum number of characters in flight to a client. The server sends more output only after the client has
 * acknowledged earlier output.
 */
const maxUntakenCharacters = 256 * 1024;
/** Maximum amount of queued input for a program that does not read it. */
const maxWaitingBytes = 1024 * 1024;

/**
 * Serves the terminal protocol. Sends `{type: "ready", terminalId}`, `{type: "output", data}` and finally `{type: "exit", code}`. The code is null if
 * a signal terminated the program, for example because the sandbox was stopped. The client sends the contract's `terminalClientFrame`. Returns the
 * handler for client frames.
 */
export function serveTerminal(live: LiveSocket, terminal: OpenTerminal, log: Logger): (text: string) => void {
  const taken = countTaken();
  live.answer({ type: "ready", terminalId: terminal.id });
  show(live, terminal, taken).catch((cause: unknown) => {
    log.warn({ err: cause, terminalId: terminal.id }, "a terminal ended early");
    live.refuse(withReason("The terminal connection failed", cause));
  });
  return (text) => {
    const frame = parseFrame(text);
    if (frame === null) {
      live.refuse('The frame is not valid. Send {"op":"input","data"}, "resize" or "taken".');
    } else if (frame.op === "taken") {
      taken.add(frame.characters);
    } else {
      const isInput = frame.op === "input";
      const waitingBytes = isInput ? terminal.type(Buffer.from(frame.data)) : terminal.resize(frame);
      if (waitingBytes > maxWaitingBytes)
        live.refuse("The program does not read its input, and more than 1 MiB of input is queued.");
    }
  };
}

async function show(
  live: LiveSocket,
  { output, exited }: OpenTerminal,
  taken: ReturnType<typeof countTaken>,
): Promise<void> {
  const decoder = new TextDecoder();
  let sent = 0;
  for await (const bytes of output) {
    const data = decoder.decode(bytes, { stream: true });
    if (data === "") continue;
    sent += data.length;
    await taken.until(sent - maxUntakenCharacters, live.signal);
    if (live.signal.aborted) return;
    if (!live.send(JSON.stringify({ type: "output", data }))) await live.drained();
  }
  const { code } = await exited;
  live.answer({ type: "exit", code });
  live.end();
}

/** Counts the characters that a client has acknowledged. */
function countTaken() {
  let total = 0;
  let wake = () => {};
  return {
    add(characters: number): void {
      total += characters;
      wake();
    },
    /** Resolves when this many characters have been acknowledged, or when the signal aborts. */
    async until(characters: number, signal: AbortSignal): Promise<void> {
      while (total < characters && !signal.aborted) {
        const taken = Promise.withResolvers<void>();
        wake = taken.resolve;
        await resolveOnAbort(taken.promise, signal, undefined);
      }
    },
  };
}

function parseFrame(text: string): TerminalClientFrame | null {
  try {
    return terminalClientFrame.safeParse(JSON.parse(text)).data ?? null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
