import { APIConnectionError, APIError, AuthenticationError, NotFoundError, TemboError } from "@tembo-io/sdk";
import type { Terminal } from "./terminal.ts";

/** A command that cannot do what it was asked: one sentence, and what to type next when that is known. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly next: string | null;
  constructor(message: string, next: string | null = null, options?: { cause?: unknown }) {
    super(message, options);
    this.next = next;
  }
}

/** Says on standard error what went wrong. A stack is shown only for what should never happen. */
export function tellFailure(terminal: Terminal, error: unknown): void {
  const { message, next } = explain(error);
  terminal.note({ style: "red", text: "tembo: " }, message);
  if (next !== null) terminal.note({ style: "dim", text: "Next: " }, next);
}

function explain(error: unknown): { message: string; next: string | null } {
  if (error instanceof CommandError) return error;
  if (error instanceof AuthenticationError) {
    return {
      message: error.message,
      next: '"tembo login" with a key of this server, or set TEMBO_API_KEY to one ("tembo start" prints the first; "tembo key create" makes more).',
    };
  }
  if (error instanceof NotFoundError) {
    return { message: error.message, next: '"tembo session list" and "tembo repo list" show what there is.' };
  }
  if (error instanceof APIConnectionError) {
    return {
      message: error.message,
      next: 'start a server with "tembo start", or say where it is with --url or TEMBO_BASE_URL.',
    };
  }
  if (error instanceof APIError) {
    const request =
      error.requestID === null ? null : `the server's log has more about request ${error.requestID}.`;
    return { message: error.message, next: (error.status ?? 0) >= 500 ? request : null };
  }
  if (error instanceof TemboError) return { message: error.message, next: null };
  // The server's own errors, of the commands that run it here, carry a code and a sentence made to be read.
  if (error instanceof Error && error.name === "AppError") return { message: error.message, next: null };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `this is a defect of the command. ${text}`, next: null };
}
