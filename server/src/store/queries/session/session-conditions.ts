import type { SessionFilter, SessionPage } from "../../../core/sessions/index.ts";
import { Conditions } from "../page.ts";
import { storableJson } from "../storable.ts";
import { needsPersonByRow, needsPersonBySet } from "./attention.ts";

/** Excludes private sessions and their data, except the viewer's own. Without a viewer, excludes nothing. */
export function addVisible(where: Conditions, viewerUserId: string | undefined, sessions = "sessions"): void {
  where.addWhenSet(visibleTo("$", sessions), viewerUserId);
}

/**
 * Implements `canSee` in SQL: matches the sessions that a user can see, including deleted ones. `userId` is the
 * placeholder of the user's ID.
 */
export const visibleTo = (userId: string, sessions: string) =>
  `(${sessions}.visibility = 'public'
    or exists (select from api_keys k where k.id = ${sessions}.created_by_key and k.user_id = ${userId}))`;

/**
 * A session filter. With `areParticipantsRare`, the participants took part in so few sessions that the query should
 * start from them. With `areFailuresRare`, the same applies to the failed sessions that need a person.
 */
export type NarrowedFilter = SessionFilter & {
  readonly areParticipantsRare?: boolean;
  readonly areFailuresRare?: boolean;
};

/**
 * Returns true if a page has conditions other than its search and the viewer. Leaving out archived sessions does not count,
 * because indexes without them exist.
 */
export function hasFilters({
  sortBy: _,
  after: _after,
  limit: _limit,
  viewerUserId: _viewer,
  search: _search,
  isArchived,
  ...filter
}: NarrowedFilter & Partial<SessionPage>): boolean {
  return isArchived === true || Object.keys(filter).length > 0;
}

/** Returns conditions for the sessions of an organization that match the filter, except its `search`. */
export function conditionsOf(organizationId: string, filter: NarrowedFilter): Conditions {
  const where = new Conditions()
    .add("sessions.organization_id = $", organizationId)
    .also("sessions.deleted_at is null")
    .addWhenSet("sessions.created_at > $", filter.createdAfter)
    .addWhenSet(
      "sessions.created_by_key in (select k.id from api_keys k where k.user_id::text = any ($))",
      filter.createdBy,
    )
    .addWhenSet("sessions.source ->> 'url' = any ($)", filter.externalIds)
    .addWhenSet("sessions.status = any ($)", filter.statuses)
    .addWhenSet("sessions.harness = any ($)", filter.harnesses)
    .addWhenSet("(sessions.project_id is not null) = $", filter.hasProject)
    .addWhenSet("sessions.project_id = any ($)", filter.projectIds)
    .addWhenSet("sessions.id in (select r.session_id from agent_runs r where r.agent_id = $)", filter.agentId)
    .addWhenSet(
      "sessions.id in (select a.session_id from session_attempts a where a.group_id = $)",
      filter.attemptGroupId,
    )
    .addWhenSet(
      `exists (select from session_repositories u where u.session_id = sessions.id and u.repository_id = any ($))`,
      filter.repositoryIds,
    )
    .addWhenSet(
      `exists (select from pull_requests p where p.session_id = sessions.id and p.status = any ($))`,
      filter.pullRequestStatuses,
    )
    .addWhenSet(
      `sessions.id in (select p.session_id from pull_requests p where p.status = 'open' and p.reviewers @> any ($::jsonb[]))`,
      filter.pendingReviewers?.flatMap(awaited),
    )
    .addWhenSet(filter.areParticipantsRare ? tookPartBySet : tookPartByRow, filter.participants)
    .addWhenSet(
      `case when sessions.source is null then 'api' else coalesce((select r.integration_id::text from repositories r
         where r.id = (sessions.source ->> 'repositoryId')::uuid), 'local') end = any ($)`,
      filter.sources,
    );
  // An index covers these few sessions. Without the index, the query would check every session.
  if (filter.statuses?.every((status) => status === "queued" || status === "inProgress"))
    where.also("sessions.id in (select t.session_id from turns t where t.status in ('queued', 'running'))");
  if (filter.needsPerson === true)
    where.also(filter.areFailuresRare ? needsPersonBySet("$1") : needsPersonByRow);
  // The same text as in the partial index.
  if (filter.isPinned !== undefined) where.also(`${filter.isPinned ? "" : "not "}sessions.is_pinned`);
  // The same text as in the partial indexes.
  if (filter.isArchived !== undefined)
    where.also(`sessions.archived_at is ${filter.isArchived ? "not null" : "null"}`);
  addVisible(where, filter.viewerUserId);
  return where;
}

/** Returns a pending reviewer as stored in `reviewers`: by login, or by the forge's ID. */
const awaited = (key: string) =>
  [{ login: key }, { id: key }].map((user) => storableJson([{ user, state: "awaiting" }]));

// The array and the limit prevent the planner from exchanging the two, which its estimates would justify too often.
const tookPartBySet = `sessions.id = any (array(
  select p.session_id from session_participants p where p.participant = any ($)))`;
const tookPartByRow = `(select true from session_participants p
  where p.participant = any ($) and p.session_id = sessions.id limit 1)`;
