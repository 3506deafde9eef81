import { AppError, minMaskedCharacters } from "../../base/index.ts";

/** Throws `invalid_input` for a value that is too short to mask in transcripts, commits and logs. */
export function requireMaskable(value: string): void {
  if (value.trim().length >= minMaskedCharacters) return;
  throw new AppError(
    "invalid_input",
    `The "value" has fewer than ${minMaskedCharacters} characters. Tembo cannot mask such a short value, and others could guess it. Use a longer value. If it is not a secret, put it into the repository's setup script.`,
    { field: "value" },
  );
}
