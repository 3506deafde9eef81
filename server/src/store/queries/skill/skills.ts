import type { Skill, SkillFile } from "../../../core/access/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { containing, type Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";

const columns = "id, organization_id, name, description, files, created_at, updated_at";

export function skillQueries(sql: Sql): Queries["skills"] {
  return {
    // Repeated, it finds its own row: that is no name of another.
    async insert(skill) {
      const rows = await sql.rows(
        `insert into skills (${columns}) values ($1, $2, $3, $4, $5::jsonb, $6, $7)
         on conflict (organization_id, name) do update set name = excluded.name where skills.id = excluded.id
         returning id`,
        valuesOf(skill),
      );
      return rows.length > 0;
    },

    async update(skill) {
      const rows = await sql.rows(
        `update skills set name = $3, description = $4, files = $5::jsonb, created_at = $6, updated_at = $7
         where organization_id = $2 and id = $1 and not exists
           (select from skills other where other.organization_id = $2 and other.name = $3 and other.id <> $1)
         returning id`,
        valuesOf(skill),
      );
      return rows.length > 0;
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<SkillRow>(
        `select ${columns} from skills where organization_id = $1 and id = $2`,
        [organizationId, id],
      );
      return row === undefined ? null : toSkill(row);
    },

    async list(organizationId, filter) {
      const where = new Conditions()
        .add("organization_id = $", organizationId)
        .addWhenSet("id < $", filter.cursor)
        .addWhenSet("name = any($)", filter.names);
      if (filter.search !== undefined)
        where.add("(name ilike $ or description ilike $)", containing(filter.search));
      const limit = where.value(rowsToRead(filter));
      const rows = await sql.rows<SkillRow>(
        `select ${columns} from skills where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toSkill), filter);
    },

    async delete(organizationId, id) {
      await sql.rows("delete from skills where organization_id = $1 and id = $2", [organizationId, id]);
    },
  };
}

interface SkillRow {
  id: string;
  organization_id: string;
  name: string;
  description: string;
  files: SkillFile[];
  created_at: Date;
  updated_at: Date;
}

const valuesOf = (skill: Skill) => [
  skill.id,
  skill.organizationId,
  skill.name,
  skill.description,
  storableJson(skill.files),
  skill.createdAt,
  skill.updatedAt,
];

const toSkill = (row: SkillRow): Skill => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  description: row.description,
  files: row.files,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
