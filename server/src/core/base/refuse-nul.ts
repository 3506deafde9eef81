import { AppError } from "./errors.ts";

/** Rejects text with a NUL character, which PostgreSQL cannot store. Throws `invalid_input` instead of silently replacing it. */
export function refuseNul(field: string, text: string | null | undefined): void {
  if (text?.includes("\u0000")) {
    throw new AppError("invalid_input", `The field "${field}" contains a NUL character (U+0000). Remove it.`);
  }
}
