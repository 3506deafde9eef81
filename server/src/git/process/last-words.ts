/** Returns the end of git's error output without hints, as one line of at most 600 characters. */
export function lastWords(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.split("\r").at(-1)!.trim())
    .filter((line) => line !== "" && !line.startsWith("hint:"));
  return lines.slice(-6).join(" ").slice(-600);
}
