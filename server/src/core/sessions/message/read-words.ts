import { AppError, refuseNul } from "../../base/index.ts";

/**
 * Normalizes the content of a message for storage. Throws `invalid_input` if it is empty or contains a NUL character.
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
