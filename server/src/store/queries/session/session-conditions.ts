import type { SessionFilter } from "../../../core/ports/store/session-list.ts";
import { Conditions } from "../page.ts";

/** Private sessions, and what is of them, are left out but for those of the viewer; without a viewer none is. */
export function addVisible(where: Conditions, viewerUserId: string | undefined, sessions = "sessions"): void {
  where.addWhenSet(
    `(${sessions}.visibility = 'public'
      or exists (select from api_keys k where k.id = ${sessions}.created_by_key and k.user_id = $))`,
    viewerUserId,
  );
}

/** `sessionIds`: all of the participants, where they are few. */
export type NarrowedFilter = SessionFilter & { readonly sessionIds?: readonly string[] };

/** The sessions of an organization that pass the filter; its `search` aside. */
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
    .addWhenSet("sessions.id = any ($::uuid[])", filter.sessionIds)
    .addWhenSet(
      `(sessions.created_by_key in (select k.id from api_keys k where k.user_id::text = any ($))
         or exists (select from messages m where m.session_id = sessions.id
           and (m.sent_by_key in (select k.id from api_keys k where k.user_id::text = any ($)) or m.author ->> 'login' = any ($))))`,
      filter.sessionIds === undefined ? filter.participants : undefined,
    )
    .addWhenSet(
      `case when sessions.source is null then 'api' else coalesce((select r.integration_id::text from repositories r
         where r.id = (sessions.source ->> 'repositoryId')::uuid), 'local') end = any ($)`,
      filter.sources,
    );
  if (filter.excludesPinned === true) where.also("not sessions.is_pinned");
  addVisible(where, filter.viewerUserId);
  return where;
}

/** As `reviewers` holds one who is waited for: by login, or by the forge's id. */
const awaited = (key: string) =>
  [{ login: key }, { id: key }].map((user) => JSON.stringify([{ user, state: "awaiting" }]));
