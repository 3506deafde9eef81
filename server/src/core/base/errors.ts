import type { ErrorCode } from "@tembo/contract/error-codes";

export type { ErrorCode } from "@tembo/contract/error-codes";

/** Error with a public code and message, for failures that the API reports. `message` states what happened and what the reader can do. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  /** Name of the API request field that caused the error, if known. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; field?: string }) {
    super(message, options);
    this.code = code;
    this.field = options?.field;
  }
}

/** Returns the message of a caught value, on one line. */
export function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replaceAll(/\s+/g, " ").trim();
}

/**
 * Returns the message of the error that a chain of causes begins with, on one line. The message of `fetch` itself is
 * only "fetch failed", and the error of a connection attempt to several addresses has no message.
 */
export function rootReason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return rootReason(cause.errors[0]);
  return cause instanceof Error && cause.cause !== undefined ? rootReason(cause.cause) : reason(cause);
}

/**
 * Returns a text that another program wrote, or a caught value's message, as a sentence on one line with exactly one
 * final period. Leaves a final question mark, exclamation mark or ellipsis. Returns "" if there is no text.
 */
export function asSentence(text: unknown): string {
  const words = reason(text).replace(/[\s.,:;]+$/, "");
  return words === "" || /[?!…]$/.test(words) ? words : `${words}.`;
}

/**
 * Returns why a program cannot be started, and what to change if that is known. `whenMissing` is the sentence for a program that does not
 * exist. Pure.
 */
export function withStartReason(statement: string, cause: unknown, whenMissing = ""): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const fix = code === "ENOENT" ? whenMissing : (startFixes.get(code) ?? "");
  return `${withReason(statement, cause)} ${fix}`.trimEnd();
}

const raiseFiles = "Raise the limit of open files (ulimit -n).";
const startFixes: ReadonlyMap<unknown, string> = new Map([
  ["EMFILE", raiseFiles],
  ["ENFILE", raiseFiles],
  ["EAGAIN", "Raise the limit of processes (ulimit -u), or end some."],
  ["ENOMEM", "Free memory."],
  ["E2BIG", "Shorten its arguments and environment variables."],
]);

/** Returns `statement` and the reason as one sentence, such as "The request failed: connection reset." Omits an empty reason. */
export function withReason(statement: string, cause: unknown): string {
  const why = asSentence(cause);
  return why === "" ? `${statement}.` : `${statement}: ${why}`;
}
