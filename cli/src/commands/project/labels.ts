/** Returns the labels of a repeatable option whose values may contain commas, or undefined if none was given. */
export function labelsOf(given: readonly string[]): string[] | undefined {
  if (given.length === 0) return undefined;
  if (given.length === 1 && given[0] === "any") return [];
  return given.flatMap((value) => value.split(",")).map((label) => label.trim());
}
