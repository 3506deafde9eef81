const MAX_TITLE_LENGTH = 80;

/**
 * Returns the first sentence of the prompt's first line that is not blank, without a final period and truncated to 80
 * characters.
 */
export function titleOf(prompt: string): string {
  const firstLine = prompt.split("\n").find((line) => line.trim() !== "") ?? prompt;
  const line = firstLine.replaceAll(/\s+/g, " ").trim();
  const sentence = /^.*?[.!?](?=\s|$)/u.exec(line)?.[0] ?? line;
  return shorten(sentence.replace(/[.]$/, "") || line);
}

/** Truncates a title that is longer than 80 characters (code points), so that it ends with an ellipsis. */
export function shorten(title: string): string {
  const characters = Array.from(title);
  if (characters.length <= MAX_TITLE_LENGTH) return title;
  return `${characters
    .slice(0, MAX_TITLE_LENGTH - 1)
    .join("")
    .trimEnd()}…`;
}
