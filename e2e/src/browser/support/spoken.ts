/**
 * Returns a script step with which the model says these words. The argument is escaped, so that the page shows the
 * words only once the model has said them, and not already in the prompt.
 */
export function say(words: string): string {
  const escaped = Array.from(
    { length: words.length },
    (_, at) => `\\u${words.charCodeAt(at).toString(16).padStart(4, "0")}`,
  );
  return `say("${escaped.join("")}")`;
}
