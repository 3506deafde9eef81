/**
 * A step by which the model says these words. Its argument is written in escapes, so that the words stand on the page when they were said,
 * and not already in the message that asks for them.
 */
export function say(words: string): string {
  const escaped = Array.from(
    { length: words.length },
    (_, at) => `\\u${words.charCodeAt(at).toString(16).padStart(4, "0")}`,
  );
  return `say("${escaped.join("")}")`;
}
