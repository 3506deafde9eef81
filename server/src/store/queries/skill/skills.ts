import type { Skill } from "../../../core/access/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { skills } from "./skill-table.ts";

export function skillQueries(sql: Sql): Queries["skills"] {
  return {
    // A retried insert finds the row that its first attempt inserted. That row's name does not count as taken.
    async insert(skill) {
      const rows = await sql.rows(query`
        insert into skills (${skills.names}) values (${skills.values(skill)})
        on conflict (organization_id, name) do update set name = excluded.name where skills.id = excluded.id
        returning id`);
      return rows.length > 0;
    },

    async update({ id, organizationId, ...skill }) {
      const rows = await sql.rows(query`
        update skills set ${skills.set(skill)}
        where organization_id = ${organizationId} and id = ${id} and not exists
          (select from skills other
           where other.organization_id = ${organizationId} and other.name = ${skill.name} and other.id <> ${id})
        returning id`);
      return rows.length > 0;
    },

    async lock(organizationId, id) {
      await sql.rows("select 1 from skills where organization_id = $1 and id = $2 for update", [
        organizationId,
        id,
      ]);
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<Skill>(
        `select ${skills.columns} from skills where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      return row ?? null;
    },

    async list(organizationId, filter) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .addWhenSet("id < $", filter.cursor)
        .addWhenSet("name = any($)", filter.names);
      if (filter.search !== undefined)
        where.add("(name ilike $ or description ilike $)", containing(filter.search));
      const limit = where.value(rowsToRead(filter));
      const rows = await sql.rows<Skill>(
        `select ${skills.columns} from skills where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, filter);
    },

    async delete(organizationId, id) {
      await sql.rows("delete from skills where organization_id = $1 and id = $2", [organizationId, id]);
    },
  };
}
