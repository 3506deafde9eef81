/** Initial values of a new session, which other pages pass in the URL. */
export interface ComposerSearch {
  readonly repository?: string | undefined;
  readonly branch?: string | undefined;
  readonly project?: string | undefined;
}

export function checkComposerSearch(given: Record<string, unknown>): ComposerSearch {
  const readText = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return {
    repository: readText(given.repository),
    branch: readText(given.branch),
    project: readText(given.project),
  };
}
