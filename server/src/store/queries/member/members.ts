import type { Member } from "../../../core/accounts/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { members } from "./member-table.ts";

export const memberColumns = `${members.without("email").columnsOf("m")}, coalesce(u.email, m.email) as email, u.name,
  coalesce(lower(m.verified_email) = lower(u.email), false) as "isEmailVerified",
  coalesce(u.managed_by = m.organization_id, false) as "isManaged"`;
export const memberFrom = "members m left join users u on u.id = m.user_id";

export function memberQueries(sql: Sql, clock: Clock): Queries["members"] {
  const where = async (condition: string, values: readonly unknown[]) => {
    const rows = await sql.rows<Member>(
      `select ${memberColumns} from ${memberFrom} where ${condition} order by m.id`,
      values,
    );
    return rows;
  };

  return {
    async insert(member) {
      await sql.rows(
        query`insert into members (${members.names}) values (${members.values(member)}) on conflict (id) do nothing`,
      );
    },

    async find(organizationId, id) {
      return (await where("m.organization_id = $1 and m.id = $2", [organizationId, id]))[0] ?? null;
    },

    async ofUser(organizationId, userId) {
      return (await where("m.organization_id = $1 and m.user_id = $2", [organizationId, userId]))[0] ?? null;
    },

    async invitedAs(organizationId, email) {
      const condition = "m.organization_id = $1 and lower(m.email) = lower($2)";
      return (await where(condition, [organizationId, email]))[0] ?? null;
    },

    allOfUser: (userId) => where("m.user_id = $1", [userId]),

    async list(organizationId, page) {
      const conditions = new Conditions()
        .add("m.organization_id = $", organizationId)
        .also(page.isPending ? "m.user_id is null" : "m.user_id is not null")
        .addWhenSet("m.id < $", page.cursor)
        .addWhenSet(
          "concat_ws(' ', u.name, coalesce(u.email, m.email)) ilike $",
          page.search === undefined ? undefined : containing(page.search),
        );
      const limit = conditions.value(rowsToRead(page));
      const rows = await sql.rows<Member>(
        `select ${memberColumns} from ${memberFrom} where ${conditions.text} order by m.id desc limit ${limit}`,
        conditions.values,
      );
      return toPage(rows, page);
    },

    admins: (organizationId) =>
      sql.rows<{ id: string; userId: string }>(
        `select id, user_id as "userId" from members where organization_id = $1 and role = 'admin' and user_id is not null
         order by id for update`,
        [organizationId],
      ),

    async countActive(organizationId) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::integer as count from members where organization_id = $1 and user_id is not null",
        [organizationId],
      );
      return row!.count;
    },

    async countOthers(organizationId, id) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::integer as count from members where organization_id = $1 and id <> $2",
        [organizationId, id],
      );
      return row!.count;
    },

    async setRole(id, role) {
      await sql.rows("update members set role = $2, updated_at = $3 where id = $1", [id, role, clock.now()]);
    },

    async verifyEmail(id, email) {
      await sql.rows("update members set verified_email = $2, updated_at = $3 where id = $1", [
        id,
        email,
        clock.now(),
      ]);
    },

    async join(id, userId) {
      await sql.rows("update members set user_id = $2, updated_at = $3 where id = $1 and user_id is null", [
        id,
        userId,
        clock.now(),
      ]);
    },

    async delete(id) {
      await sql.rows(
        `with gone as (delete from members where id = $1 returning organization_id, user_id),
           personal as (delete from mcp_connections using gone where mcp_connections.organization_id = gone.organization_id
             and mcp_connections.user_id = gone.user_id returning mcp_connections.id, mcp_connections.organization_id)
         delete from secrets using personal where secrets.organization_id = personal.organization_id
           and secrets.kind = 'mcpConnection' and secrets.name = personal.id::text`,
        [id],
      );
    },

    async deleteAll(organizationId) {
      await sql.rows("delete from members where organization_id = $1", [organizationId]);
    },
  };
}
