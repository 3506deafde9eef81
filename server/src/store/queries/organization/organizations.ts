import type { Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { Sql } from "../sql.ts";
import { storableJson } from "../storable.ts";
import { type OrganizationRow, organizations, toOrganization } from "./organization-table.ts";

/** Selects the organization whose ID is the result of the expression. */
export const selectOrganization = (id: string) => `select ${organizations.columns},
    exists (select from secrets where organization_id = ${id} and kind = 'secret') as "hasSecrets"
  from organizations where id = ${id}`;

export function organizationQueries(sql: Sql, clock: Clock): Queries["organizations"] {
  return {
    async findFirst() {
      const [row] = await sql.rows<{ id: string }>(
        "select id from organizations order by created_at, id limit 1",
        [],
      );
      return row ?? null;
    },

    async insert(organization) {
      await sql.rows(
        `insert into organizations (id, name, slug, created_at) values ($1, $2, $3, $4)
         on conflict (id) do nothing`,
        [organization.id, organization.name, organization.slug ?? null, clock.now()],
      );
    },

    async lock(id) {
      await sql.rows("select id from organizations where id = $1 for update", [id]);
    },

    async update(id, { name, slug, onboarding }) {
      await sql.rows(
        `update organizations set name = $2, slug = $3, onboarding = onboarding || $4::jsonb, updated_at = $5
         where id = $1`,
        [id, name, slug, storableJson(onboarding), clock.now()],
      );
    },

    async markDeleted(id) {
      const now = clock.now();
      await sql.rows("update organizations set deleted_at = $2 where id = $1", [id, now]);
      await sql.rows("delete from mcp_connections where organization_id = $1", [id]);
      await sql.rows("delete from webhooks where organization_id = $1", [id]);
      await sql.rows("delete from mail_servers where organization_id = $1", [id]);
      await sql.rows("delete from secrets where organization_id = $1", [id]);
      const ofProjects = "project_id in (select p.id from projects p where p.organization_id = $1)";
      await sql.rows(`delete from project_variables where ${ofProjects}`, [id]);
      await sql.rows(
        `update project_builds set status = 'cancelled', ended_at = $2
         where status in ('pending', 'running') and ${ofProjects}`,
        [id, now],
      );
      await sql.rows(
        "update projects set archived_at = $2, updated_at = $2 where organization_id = $1 and archived_at is null",
        [id, now],
      );
      await sql.rows(
        `update messages set deleted_at = $2, updated_at = $2 where turn_id is null and deleted_at is null
           and session_id in (select id from sessions where organization_id = $1)`,
        [id, now],
      );
      const rows = await sql.rows<{ session_id: string }>(
        `select session_id from turns where status in ('queued', 'running')
           and session_id in (select id from sessions where organization_id = $1)`,
        [id],
      );
      return rows.map((row) => row.session_id);
    },

    async find(id) {
      const [row] = await sql.rows<OrganizationRow>(selectOrganization("$1"), [id]);
      return row === undefined ? null : toOrganization(row);
    },

    async setEgress(id, egress) {
      await sql.rows("update organizations set egress = $2::jsonb where id = $1", [id, storableJson(egress)]);
    },

    async setBudget(id, budget) {
      await sql.rows(
        "update organizations set session_budget_microusd = $2, month_budget_microusd = $3 where id = $1",
        [id, budget.perSessionMicroUsd, budget.perMonthMicroUsd],
      );
    },

    async setPermissionPolicy(id, policy) {
      await sql.rows("update organizations set permission_policy = $2::jsonb where id = $1", [
        id,
        storableJson(policy),
      ]);
    },

    async mergeSettings(id, changes) {
      await sql.rows(
        "update organizations set settings = jsonb_strip_nulls(settings || $2::jsonb) where id = $1",
        [id, storableJson(changes)],
      );
    },
  };
}
