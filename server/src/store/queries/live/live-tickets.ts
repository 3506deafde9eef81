import type { Queries } from "../../../core/ports.ts";
import type { LiveKind } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";

export function liveTicketQueries(sql: Sql): Queries["liveTickets"] {
  return {
    async insert(ticket, tokenHash, { now, maxTickets }) {
      await sql.rows("delete from live_tickets where expires_at <= $1", [now]);
      const rows = await sql.rows(
        `insert into live_tickets (token_hash, kind, organization_id, api_key_id, session_id, expires_at)
         select $1::bytea, $2::text, $3::uuid, $4::uuid, $5::uuid, $6::timestamptz
         where (select count(*) from live_tickets where organization_id = $3) < $7
         on conflict (token_hash) do update set expires_at = excluded.expires_at
         returning 1`,
        [
          tokenHash,
          ticket.kind,
          ticket.organizationId,
          ticket.apiKeyId,
          ticket.sessionId,
          ticket.expiresAt,
          maxTickets,
        ],
      );
      return rows.length > 0;
    },

    async take(kind, tokenHash, now) {
      const [row] = await sql.rows<TicketRow>(
        `delete from live_tickets using api_keys
         where live_tickets.token_hash = $1 and live_tickets.kind = $2 and live_tickets.expires_at > $3
           and api_keys.id = api_key_id and revoked_at is null
         returning live_tickets.kind, live_tickets.organization_id, api_key_id, session_id, live_tickets.expires_at`,
        [tokenHash, kind, now],
      );
      if (row === undefined) return null;
      return {
        kind: row.kind,
        organizationId: row.organization_id,
        apiKeyId: row.api_key_id,
        sessionId: row.session_id,
        expiresAt: row.expires_at,
      };
    },
  };
}

interface TicketRow {
  kind: LiveKind;
  organization_id: string;
  api_key_id: string;
  session_id: string | null;
  expires_at: Date;
}
