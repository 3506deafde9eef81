import { AppError, refuseNul } from "../../base/index.ts";

/**
 * Returns the content of a message with lone surrogates replaced, because the database cannot store them. Throws
 * `invalid_input` if the content is blank or contains a NUL character.
 */
export function readWords(content: string): string {
  refuseNul("content", content);
  const words = content.toWellFormed();
  if (words.trim() === "")
    throw new AppError("invalid_input", 'The "content" is empty. Describe the task.', {
      field: "content",
    });
  return words;
}
