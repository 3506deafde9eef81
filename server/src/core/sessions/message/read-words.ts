import { AppError, refuseNul } from "../../base/index.ts";

/** The words of a message as they are kept. Throws `invalid_input` when there are none. */
export function readWords(content: string): string {
  refuseNul("content", content);
  const words = content.toWellFormed();
  if (words.trim() === "")
    throw new AppError("invalid_input", 'The "content" is empty; say what shall be done.', {
      field: "content",
    });
  return words;
}
