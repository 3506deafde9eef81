import { isId } from "../../base/index.ts";
import type { SessionFilter } from "./session-list-store.ts";
import type { KnownSource } from "./session-sources.ts";

/** Session filter with the values that a client sends. */
export interface WantedSessions extends Omit<SessionFilter, "sources" | "isArchived"> {
  readonly state: "all" | "active" | "archived";
  readonly includesArchived: boolean;
  readonly sourceIds?: readonly string[];
  readonly sourceTypes?: readonly string[];
}

/**
 * Returns the filter for the store, or null if no session can match. This is the case if the filter requires
 * archived sessions but excludes them, if none of its repository or project IDs is a UUID, or if none of its sources is
 * known. Pure.
 */
export function decideSessionFilter(
  wanted: WantedSessions,
  sources: readonly KnownSource[],
): SessionFilter | null {
  const { projectIds, state, includesArchived, sourceIds, sourceTypes, repositoryIds, ...others } = wanted;
  if (state === "archived" && !includesArchived) return null;
  const repositories = repositoryIds?.filter(isId);
  const projects = projectIds?.filter(isId);
  if (repositories?.length === 0 || projects?.length === 0) return null;
  const filter = {
    ...others,
    ...(state === "archived" && { isArchived: true }),
    ...((state === "active" || !includesArchived) && { isArchived: false }),
    ...(repositories && { repositoryIds: repositories }),
    ...(projects && { projectIds: projects }),
  };
  if (sourceIds === undefined && sourceTypes === undefined) return filter;
  const ids = sourceIds?.map((id) => id.toLowerCase());
  const keys = sources
    .filter(({ id, type }) => (ids?.includes(id) ?? true) && (sourceTypes?.includes(type) ?? true))
    .map(({ key }) => key);
  if (keys.length === 0) return null;
  return { ...filter, sources: keys };
}
