/** The filters of the list as the address has them, so that a reload and a link show the same. */
export interface SessionsSearch {
  readonly search?: string | undefined;
  readonly repository?: string | undefined;
}

export function checkSessionsSearch(given: Record<string, unknown>): SessionsSearch {
  return { ...textOf(given, "search"), ...textOf(given, "repository") };
}

function textOf<Name extends string>(
  given: Record<string, unknown>,
  name: Name,
): { [name in Name]?: string } {
  const value = given[name];
  return typeof value === "string" && value !== "" ? ({ [name]: value } as { [name in Name]?: string }) : {};
}
