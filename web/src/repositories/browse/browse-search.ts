/** File or folder to show, from the URL. If `path` and `file` are absent, the root is shown. */
export interface BrowseSearch {
  /** Branch, tag or commit. Defaults to the branch from which sessions start. */
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
  readonly file?: string | undefined;
}

export function checkBrowseSearch(given: Record<string, unknown>): BrowseSearch {
  // Includes undefined values, because the router keeps the original value of a missing key.
  return { ref: readText(given.ref), path: readText(given.path), file: readText(given.file) };
}

/**
 * Returns the text, or undefined if it is empty or of another type. Accepts a number, because the router parses a name
 * that consists of digits as a number.
 */
function readText(given: unknown): string | undefined {
  const word = typeof given === "number" ? String(given) : given;
  return typeof word === "string" && word !== "" ? word : undefined;
}
