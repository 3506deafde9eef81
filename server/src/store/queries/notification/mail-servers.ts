import type { MailServer } from "../../../core/automation/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { mailServers } from "./notification-table.ts";

export function mailServerQueries(sql: Sql): Queries["mailServers"] {
  return {
    async find(organizationId) {
      const [row] = await sql.rows<MailServer>(
        `select ${mailServers.columns} from mail_servers where organization_id = $1`,
        [organizationId],
      );
      return row ?? null;
    },

    async save(server) {
      const changed = mailServers.set(server, "id", "organizationId", "createdAt");
      await sql.rows(query`
        insert into mail_servers (${mailServers.names}) values (${mailServers.values(server)})
        on conflict (organization_id) do update set ${changed}`);
    },

    async delete(organizationId) {
      await sql.rows("delete from mail_servers where organization_id = $1", [organizationId]);
    },
  };
}
