/**
 * Returns a script step that makes the model respond with this text. The text in the step is escaped. The page
 * therefore shows the plain text only in the model's response and not in the prompt.
 */
export function say(words: string): string {
  const escaped = Array.from(
    { length: words.length },
    (_, at) => `\\u${words.charCodeAt(at).toString(16).padStart(4, "0")}`,
  );
  return `say("${escaped.join("")}")`;
}
