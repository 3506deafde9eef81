import type { UserSettings } from "@tembo-io/sdk";
import { checkSessionsSearch, type SessionsSearch } from "../sessions-search.ts";

/** Filters and order of the list with a name. */
export interface SavedView {
  readonly name: string;
  readonly filters: SessionsSearch;
}

/** Limits of the API. */
export const MAX_VIEWS = 50;
export const MAX_NAME_LENGTH = 60;

/** Returns the valid views of the settings. Pure. */
export function viewsOf(settings: UserSettings | undefined): readonly SavedView[] {
  const views = settings?.dashboardPreferences?.savedViews ?? [];
  return views
    .map(({ name, filters }) => ({ name, filters: checkSessionsSearch(filters) }))
    .filter(({ filters }) => Object.keys(filters).length > 0);
}

/** Returns the view with these filters, or null. Pure. */
export const findView = (views: readonly SavedView[], filters: SessionsSearch): SavedView | null =>
  views.find((view) => keyOf(view.filters) === keyOf(filters)) ?? null;

/** Adds a view in the order of the names. It replaces the view with the same name. Pure. */
export function addView(views: readonly SavedView[], added: SavedView): SavedView[] {
  return [...withoutView(views, added.name), added].toSorted((one, other) =>
    one.name.localeCompare(other.name),
  );
}

export const withoutView = (views: readonly SavedView[], name: string): SavedView[] =>
  views.filter((view) => view.name !== name);

const keyOf = (filters: SessionsSearch) => JSON.stringify(Object.entries(filters).toSorted());
