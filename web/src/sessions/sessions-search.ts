const states = ["needsYou", "inProgress", "queued", "completed", "failed", "cancelled", "draft"] as const;
export type SessionStateName = (typeof states)[number];

/** List filters. They are part of the URL, so that reloads and shared links show the same list. */
export interface SessionsSearch {
  readonly search?: string;
  readonly state?: SessionStateName;
  readonly repository?: string;
  readonly harness?: string;
  readonly author?: string;
  readonly agent?: string;
}

/** Validates search parameters. Omits parameters that are not filters. Pure. */
export function checkSessionsSearch(given: Record<string, unknown>): SessionsSearch {
  const state = states.find((name) => name === given.state);
  return {
    ...readTextField(given, "search"),
    ...(state !== undefined && { state }),
    ...readTextField(given, "repository"),
    ...readTextField(given, "harness"),
    ...readTextField(given, "author"),
    ...readTextField(given, "agent"),
  };
}

function readTextField<Name extends string>(
  given: Record<string, unknown>,
  name: Name,
): { [name in Name]?: string } {
  const value = given[name];
  return typeof value === "string" && value !== "" ? ({ [name]: value } as { [name in Name]?: string }) : {};
}
