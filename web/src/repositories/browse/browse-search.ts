/** What of a repository is looked at, as the address has it: a folder or a file, the root without both. */
export interface BrowseSearch {
  /** A branch, a tag or a commit; absent for the branch that sessions start from. */
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
  readonly file?: string | undefined;
}

export function checkBrowseSearch(given: Record<string, unknown>): BrowseSearch {
  // Named even where they are nothing: what is not named stays as it was written in the address.
  return { ref: textOf(given.ref), path: textOf(given.path), file: textOf(given.file) };
}

/** A name of digits alone is read as a number out of an address that a person wrote. */
function textOf(given: unknown): string | undefined {
  const word = typeof given === "number" ? String(given) : given;
  return typeof word === "string" && word !== "" ? word : undefined;
}
