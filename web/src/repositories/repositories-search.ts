/** The filters of the list as the address has them. */
export interface RepositoriesSearch {
  readonly search?: string | undefined;
  /** Absent: those that are enabled alone. */
  readonly all?: true | undefined;
}

export function checkRepositoriesSearch(given: Record<string, unknown>): RepositoriesSearch {
  return {
    ...(typeof given.search === "string" && given.search !== "" && { search: given.search }),
    ...(given.all === true && { all: true }),
  };
}
