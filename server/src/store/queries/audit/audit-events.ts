import type { AuditAction } from "@tembo/contract";
import type { AuditEvent } from "../../../core/accounts/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

const columns = `e.id, e.created_at, e.actor_kind, e.actor_user_id, coalesce(u.name, u.email) as actor_name, e.actor_key_id,
  k.kind as key_kind, k.name as key_name, e.actor_session_id, e.address, e.action, e.object_kind, e.object_id, e.object_name, e.details`;
const from =
  "audit_events e left join users u on u.id = e.actor_user_id left join api_keys k on k.id = e.actor_key_id";

export function auditQueries(sql: Sql): Queries["audit"] {
  return {
    async record({ organizationId, action, object, details = {} }) {
      await sql.rows("select record_audit($1, $2, $3, $4, $5, $6::jsonb)", [
        organizationId,
        action,
        object.kind,
        object.id,
        object.name,
        storableJson(details),
      ]);
    },

    async recordFailedSignIn(email) {
      const action: AuditAction = "signIn.failed";
      await sql.rows(
        `select record_audit(m.organization_id, $2, 'member', m.id::text, coalesce(u.email, m.email))
         from user_passwords p join members m on m.user_id = p.user_id left join users u on u.id = m.user_id
         where lower(p.email) = lower($1)`,
        [email, action],
      );
    },

    async list(organizationId, page) {
      const where = new Conditions()
        .add("e.organization_id = $", organizationId)
        .addWhenSet("$ in (e.actor_user_id, e.actor_key_id, e.actor_session_id)", page.actorId)
        .addWhenSet("e.action = $", page.action)
        .addWhenSet("e.object_id = $", page.objectId)
        .addWhenSet("e.created_at >= $", page.since)
        .addWhenSet("e.created_at < $", page.until);
      if (page.cursor !== undefined) {
        const [organization, cursor] = [where.value(organizationId), where.value(page.cursor)];
        where.also(
          `e.seq < (select seq from audit_events where organization_id = ${organization} and id = ${cursor})`,
        );
      }
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<AuditRow>(
        `select ${columns} from ${from} where ${where.text} order by e.seq desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toAuditEvent), page);
    },

    async expire(at) {
      const [row] = await sql.rows<{ expired: number }>("select expire_audit_events($1) as expired", [at]);
      return row!.expired;
    },
  };
}

interface AuditRow {
  id: string;
  created_at: Date;
  actor_kind: AuditEvent["actor"]["kind"];
  actor_user_id: string | null;
  actor_name: string | null;
  actor_key_id: string | null;
  key_kind: "key" | "signIn" | null;
  key_name: string | null;
  actor_session_id: string | null;
  address: string | null;
  action: AuditAction;
  object_kind: string;
  object_id: string | null;
  object_name: string | null;
  details: Readonly<Record<string, unknown>>;
}

const toAuditEvent = (row: AuditRow): AuditEvent => ({
  id: row.id,
  createdAt: row.created_at,
  action: row.action,
  address: row.address,
  actor: {
    kind: row.actor_kind,
    userId: row.actor_user_id,
    name: row.actor_name,
    credential: row.actor_key_id === null || row.key_kind === null ? null : credentialOf(row),
    sessionId: row.actor_session_id,
  },
  object: { kind: row.object_kind, id: row.object_id, name: row.object_name },
  details: row.details,
});

function credentialOf(row: AuditRow): AuditEvent["actor"]["credential"] {
  const isSignIn = row.key_kind === "signIn";
  return {
    kind: isSignIn ? "signIn" : "apiKey",
    id: row.actor_key_id!,
    name: isSignIn ? null : row.key_name,
  };
}
