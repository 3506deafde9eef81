/** The browsed file or folder, as the URL contains it. Shows the root if both are absent. */
export interface BrowseSearch {
  /** Branch, tag or commit. Defaults to the branch that sessions start from. */
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
  readonly file?: string | undefined;
}

export function checkBrowseSearch(given: Record<string, unknown>): BrowseSearch {
  // Lists undefined values too, because the router keeps the original value of a key that is missing here.
  return { ref: readText(given.ref), path: readText(given.path), file: readText(given.file) };
}

/** Accepts numbers, because the router parses a name of digits in a typed URL as a number. */
function readText(given: unknown): string | undefined {
  const word = typeof given === "number" ? String(given) : given;
  return typeof word === "string" && word !== "" ? word : undefined;
}
