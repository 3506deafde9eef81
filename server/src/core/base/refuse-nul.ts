import { AppError } from "./errors.ts";

/**
 * Throws `invalid_input` if the text contains a NUL character, which PostgreSQL cannot store. Without this check, the
 * store would silently replace the character.
 */
export function refuseNul(field: string, text: string | null | undefined): void {
  if (text?.includes("\u0000")) {
    throw new AppError("invalid_input", `The field "${field}" contains a NUL character (U+0000). Remove it.`);
  }
}
