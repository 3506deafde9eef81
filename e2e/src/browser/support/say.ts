/**
 * Returns a script step that makes the model respond with this text. The argument is escaped, so that the page shows
 * the text only after the model's response, and not already in the prompt.
 */
export function say(words: string): string {
  const escaped = Array.from(
    { length: words.length },
    (_, at) => `\\u${words.charCodeAt(at).toString(16).padStart(4, "0")}`,
  );
  return `say("${escaped.join("")}")`;
}
