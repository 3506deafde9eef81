import type { ErrorCode } from "@tembo/contract/error-codes";

export type { ErrorCode } from "@tembo/contract/error-codes";

/** The one error of the product. `message` is a sentence that says what a person can do. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  /** The field of the API's request that the sentence is about. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; field?: string }) {
    super(message, options);
    this.code = code;
    this.field = options?.field;
  }
}

/** What a caught value says of itself, in one line. */
export function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replaceAll(/\s+/g, " ").trim();
}
