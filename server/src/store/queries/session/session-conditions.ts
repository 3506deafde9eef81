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

/** The sessions of an organization that pass the filter; its `search` aside. */
export function conditionsOf(organizationId: string, filter: SessionFilter): Conditions {
  const where = new Conditions()
    .add("sessions.organization_id = $", organizationId)
    .also("sessions.deleted_at is null")
    .addWhenSet("sessions.created_at > $", filter.createdAfter)
    .addWhenSet(
      `exists (select from api_keys k where k.id = sessions.created_by_key and k.user_id::text = any ($))`,
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
      `exists (select from pull_requests p, jsonb_array_elements(p.reviewers) r
         where p.session_id = sessions.id and p.status = 'open' and r ->> 'state' = 'awaiting'
           and (r -> 'user' ->> 'login' = any ($) or r -> 'user' ->> 'id' = any ($)))`,
      filter.pendingReviewers,
    )
    .addWhenSet(
      `(exists (select from api_keys k where k.id = sessions.created_by_key and k.user_id::text = any ($))
         or exists (select from messages m left join api_keys k on k.id = m.sent_by_key where m.session_id = sessions.id
         and (k.user_id::text = any ($) or m.author ->> 'login' = any ($))))`,
      filter.participants,
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
