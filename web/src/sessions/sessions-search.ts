/** States that the list filters by. `review` and `done` stand for several states of the API. */
export const stateFilters = [
  ...([
    "needsYou",
    "pinned",
    "working",
    "inProgress",
    "queued",
    "review",
    "done",
    "completed",
    "failed",
    "cancelled",
    "draft",
    "archived",
  ] as const),
];
export type StateFilter = (typeof stateFilters)[number];

/** Orders of the list. Each shows the newest first. Without one, the list is sorted by the last message. */
export const sorts = ["createdAt", "updatedAt"] as const;
export type Sort = (typeof sorts)[number];

/** List filters and the order. They are part of the URL, so that reloads and shared links show the same list. */
export interface SessionsSearch {
  readonly search?: string;
  readonly state?: StateFilter;
  readonly repository?: string;
  readonly harness?: string;
  readonly author?: string;
  readonly agent?: string;
  readonly sort?: Sort;
}

/** Parameters of the page: the filters, and `board` if the sessions are shown in columns. */
export interface SessionsPageSearch extends SessionsSearch {
  readonly layout?: "board";
}

/** Validates the parameters of the page. Pure. */
export const checkSessionsPage = (given: Record<string, unknown>): SessionsPageSearch => ({
  ...checkSessionsSearch(given),
  ...(given.layout === "board" && { layout: "board" }),
});

/** Returns a function that replaces the filters and keeps the layout. Pure. */
export const withFilters =
  (filters: SessionsSearch) =>
  ({ layout }: SessionsPageSearch): SessionsPageSearch => ({
    ...filters,
    ...(layout !== undefined && { layout }),
  });

/** Validates search parameters. Omits parameters that are not filters. Pure. */
export function checkSessionsSearch(given: Record<string, unknown>): SessionsSearch {
  const state = stateFilters.find((name) => name === given.state);
  const sort = sorts.find((name) => name === given.sort);
  return {
    ...readTextField(given, "search"),
    ...(state !== undefined && { state }),
    ...readTextField(given, "repository"),
    ...readTextField(given, "harness"),
    ...readTextField(given, "author"),
    ...readTextField(given, "agent"),
    ...(sort !== undefined && { sort }),
  };
}

function readTextField<Name extends string>(
  given: Record<string, unknown>,
  name: Name,
): { [name in Name]?: string } {
  const value = given[name];
  return typeof value === "string" && value !== "" ? ({ [name]: value } as { [name in Name]?: string }) : {};
}
