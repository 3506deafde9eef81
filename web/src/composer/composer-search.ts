/** Initial values of a new session, which other pages pass in the URL. */
export interface ComposerSearch {
  readonly repository?: string | undefined;
  readonly branch?: string | undefined;
}

export function checkComposerSearch(given: Record<string, unknown>): ComposerSearch {
  const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return { repository: textOf(given.repository), branch: textOf(given.branch) };
}
