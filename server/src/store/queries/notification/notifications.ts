import type { Notification, NotificationEvent, Participant } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import { attentionOf, needsPersonFor } from "../session/attention.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import { notificationEvents, notificationPreferences, notifications } from "./notification-table.ts";

/** The session of an agent reports its end to the session that started it. */
const hasEnded = `s.status = 'completed' and s.archived_at is null and ${attentionOf("s")} is null
  and not exists (select from child_sessions c where c.session_id = s.id)`;

export function notificationQueries(sql: Sql): Queries["notifications"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<Notification>(
      `select ${notifications.columns} from notifications where ${condition}`,
      values,
    );
    return row ?? null;
  };

  return {
    events: (limit) =>
      sql.rows<NotificationEvent>(
        `select ${notificationEvents.columns} from notification_events order by position limit $1`,
        [limit],
      ),

    async takeEvent(id) {
      const rows = await sql.rows("delete from notification_events where id = $1 returning id", [id]);
      return rows.length > 0;
    },

    participants: ({ id, organizationId }) =>
      sql.rows<Participant>(
        `select u.id as "userId", u.email, coalesce(lower(m.verified_email) = lower(u.email), false) as "isEmailVerified",
           (select preferences from notification_preferences n where n.user_id = u.id) as preferences,
           coalesce((select array_agg(p.id order by p.id) from push_subscriptions p where p.user_id = u.id), '{}')
             as "subscriptionIds"
         from session_participants s
         join members m on m.organization_id = $2 and m.user_id::text = s.participant
         join users u on u.id = m.user_id and u.deleted_at is null
         where s.session_id = $1 order by u.id`,
        [id, organizationId],
      ),

    async isRelevant(sessionId, kind) {
      const condition = kind === "end" ? hasEnded : needsPersonFor(kind, "s");
      const rows = await sql.rows(
        `select 1 from sessions s where s.id = $1 and s.deleted_at is null and ${condition}`,
        [sessionId],
      );
      return rows.length > 0;
    },

    async insert(notification) {
      const rows = await sql.rows(
        query`insert into notifications (${notifications.names}) values (${notifications.values(notification)})
          on conflict do nothing returning id`,
      );
      return rows.length > 0;
    },

    find: (id) => findOne("id = $1", [id]),

    lock: (id) => findOne("id = $1 for no key update", [id]),

    async save({ id, ...change }) {
      await sql.rows(query`update notifications set ${notifications.set(change)} where id = ${id}`);
    },

    async lastFailedEmail(organizationId) {
      const [row] = await sql.rows<Pick<Notification, "status" | "outcome" | "endedAt">>(
        `select status, outcome, ended_at as "endedAt" from notifications
         where organization_id = $1 and channel = 'email' and status in ('sent', 'failed')
         order by ended_at desc limit 1`,
        [organizationId],
      );
      return row?.status === "failed" ? { reason: row.outcome!, at: row.endedAt! } : null;
    },

    async deleteBefore(at) {
      const rows = await sql.rows("delete from notifications where created_at < $1 returning id", [at]);
      return rows.length;
    },

    async preferences(userId) {
      const [row] = await sql.rows<RowOf<typeof notificationPreferences>>(
        `select ${notificationPreferences.columns} from notification_preferences where user_id = $1`,
        [userId],
      );
      return row?.preferences ?? null;
    },

    async savePreferences(userId, preferences, updatedAt) {
      const row = { userId, preferences, updatedAt };
      await sql.rows(query`
        insert into notification_preferences (${notificationPreferences.names})
        values (${notificationPreferences.values(row)})
        on conflict (user_id) do update set preferences = excluded.preferences, updated_at = excluded.updated_at`);
    },
  };
}
