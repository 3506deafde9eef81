import type { SessionFilter } from "./session-list-store.ts";
import type { KnownSource } from "./session-sources.ts";

/** Session filter with the values that a client sends. */
export interface WantedSessions extends Omit<SessionFilter, "sources"> {
  readonly hasProject?: boolean;
  readonly projectIds?: readonly string[];
  readonly state: "all" | "active" | "archived";
  readonly sourceIds?: readonly string[];
  readonly sourceTypes?: readonly string[];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Returns the filter for the store, or null if no session can match. This is the case if the filter requires a project
 * or archived sessions, if none of its repository IDs is a UUID, or if none of its sources is known. Pure.
 */
export function decideSessionFilter(
  wanted: WantedSessions,
  sources: readonly KnownSource[],
): SessionFilter | null {
  const { hasProject, projectIds, state, sourceIds, sourceTypes, repositoryIds, ...filter } = wanted;
  if (hasProject === true || projectIds !== undefined || state === "archived") return null;
  const repositories = repositoryIds?.filter((id) => uuid.test(id));
  if (repositories?.length === 0) return null;
  if (sourceIds === undefined && sourceTypes === undefined)
    return { ...filter, ...(repositories && { repositoryIds: repositories }) };
  const ids = sourceIds?.map((id) => id.toLowerCase());
  const keys = sources
    .filter(({ id, type }) => (ids?.includes(id) ?? true) && (sourceTypes?.includes(type) ?? true))
    .map(({ key }) => key);
  if (keys.length === 0) return null;
  return { ...filter, ...(repositories && { repositoryIds: repositories }), sources: keys };
}
