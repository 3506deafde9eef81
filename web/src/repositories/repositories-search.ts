/** List filters from the URL. */
export interface RepositoriesSearch {
  readonly search?: string | undefined;
  /** True if the list includes disabled repositories. */
  readonly all?: true | undefined;
}

export function checkRepositoriesSearch(given: Record<string, unknown>): RepositoriesSearch {
  return {
    ...(typeof given.search === "string" && given.search !== "" && { search: given.search }),
    ...(given.all === true && { all: true }),
  };
}
