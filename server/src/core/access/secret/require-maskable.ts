import { AppError, minMaskedCharacters } from "../../base/index.ts";

/** Throws `invalid_input` for a value that is too short to mask in transcripts, commits and logs. */
export function requireMaskable(value: string): void {
  if (value.trim().length >= minMaskedCharacters) return;
  throw new AppError(
    "invalid_input",
    `The "value" has fewer than ${minMaskedCharacters} characters, so it could not be masked where it is shown, and could be guessed. Give a longer one; what is no secret belongs into the repository's set-up script.`,
    { field: "value" },
  );
}
