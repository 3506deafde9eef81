import type { Queries } from "../../../core/ports.ts";
import type { LiveTicket } from "../../../core/sessions/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { liveTickets } from "./live-ticket-table.ts";

const shown = liveTickets.without("tokenHash");

export function liveTicketQueries(sql: Sql): Queries["liveTickets"] {
  return {
    async insert(ticket, tokenHash, { now, maxTickets }) {
      await sql.rows("delete from live_tickets where expires_at <= $1", [now]);
      const rows = await sql.rows(query`
        insert into live_tickets (${liveTickets.names}) select ${liveTickets.values({ tokenHash, ...ticket })}
        where (select count(*) from live_tickets where organization_id = ${ticket.organizationId}) < ${maxTickets}
        on conflict (token_hash) do update set expires_at = excluded.expires_at
        returning 1`);
      return rows.length > 0;
    },

    async take(kind, tokenHash, now) {
      const [row] = await sql.rows<LiveTicket>(
        `delete from live_tickets using api_keys
         where live_tickets.token_hash = $1 and live_tickets.kind = $2 and live_tickets.expires_at > $3
           and api_keys.id = api_key_id and revoked_at is null
         returning ${shown.columnsOf("live_tickets")}`,
        [tokenHash, kind, now],
      );
      return row ?? null;
    },
  };
}
