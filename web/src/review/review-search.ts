import { type Group, groups } from "./review-groups.ts";

/** Inbox filters from the URL. */
export interface ReviewSearch {
  readonly state?: Group | undefined;
  readonly search?: string | undefined;
  readonly repository?: string | undefined;
}

export function checkReviewSearch(given: Record<string, unknown>): ReviewSearch {
  const state = groups.find((group) => group === given.state);
  return {
    ...(state !== undefined && { state }),
    ...(isText(given.search) && { search: given.search }),
    ...(isText(given.repository) && { repository: given.repository }),
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
