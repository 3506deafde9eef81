import { AppError } from "./errors.ts";

/** PostgreSQL keeps no NUL, and nobody means one: better said than silently replaced. Throws `invalid_input`. */
export function refuseNul(field: string, text: string | null | undefined): void {
  if (text?.includes("\u0000")) {
    throw new AppError("invalid_input", `The field "${field}" holds a NUL character (U+0000); remove it.`);
  }
}
