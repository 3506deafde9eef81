import { AppError } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import {
  type BuildState,
  type Project,
  type ProjectOverview,
  sizeDefaults,
} from "../../../core/sessions/index.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { projects } from "./project-table.ts";

/** SQL for the ID of the newest usable snapshot of the project `p`. */
export const activeSnapshotId = `(select s.id from project_snapshots s
  where s.project_id = p.id and s.archived_at is null and s.broken_reason is null order by s.id desc limit 1)`;

/** Selects the default projects of an organization for repositories. Both parameters are expressions. */
export const selectRepositoryDefaults = (organization: string, repositoryIds: string) =>
  `select ${projects.columns} from projects
   where organization_id = ${organization} and archived_at is null and is_default_for_repositories
     and repository_ids @> ${repositoryIds}::uuid[] order by id`;

/** Selects the default projects of an organization for sizes. The parameter is an expression. */
export const selectSizeDefaults = (organization: string) =>
  `select ${projects.columns} from projects
   where organization_id = ${organization} and archived_at is null and cardinality(default_for_sizes) > 0 order by id`;

/** Selects each project `p` with its active snapshot and its newest build. */
const overview = `
  select ${projects.columnsOf("p")}, active.id as "snapshotId", active.built_at as "snapshotBuiltAt",
    build.id as "buildId", build.status as "buildStatus", build.created_at as "buildCreatedAt"
  from projects p left join project_snapshots active on active.id = ${activeSnapshotId}
    left join lateral (select b.id, b.status, b.created_at from project_builds b
      where b.project_id = p.id order by b.id desc limit 1) build on true`;

interface OverviewRow extends Project {
  readonly snapshotId: string | null;
  readonly snapshotBuiltAt: Date | null;
  readonly buildId: string | null;
  readonly buildStatus: BuildState["status"] | null;
  readonly buildCreatedAt: Date | null;
}

function toOverview(row: OverviewRow): ProjectOverview {
  const { snapshotId, snapshotBuiltAt, buildId, buildStatus, buildCreatedAt, ...project } = row;
  return {
    ...project,
    activeSnapshot: snapshotId === null ? null : { id: snapshotId, builtAt: snapshotBuiltAt! },
    lastBuild: buildId === null ? null : { id: buildId, status: buildStatus!, createdAt: buildCreatedAt! },
  };
}

export function projectQueries(sql: Sql): Queries["projects"] {
  return {
    async insert(project) {
      await sql.rows(query`
        insert into projects (${projects.names}) values (${projects.values(project)}) on conflict (id) do nothing`);
    },

    async update({ id, organizationId, createdAt: _, ...project }) {
      await sql.rows(query`
        update projects set ${projects.set(project)} where organization_id = ${organizationId} and id = ${id}`);
    },

    async find(organizationId, id) {
      const [row] = await sql.rows<OverviewRow>(
        `${overview} where p.organization_id = $1 and p.id = $2 and p.archived_at is null`,
        [organizationId, id],
      );
      return row === undefined ? null : toOverview(row);
    },

    async lock(organizationId, id) {
      const [row] = await sql.rows<Project>(
        `select ${projects.columns} from projects where organization_id = $1 and id = $2 for no key update`,
        [organizationId, id],
      );
      return row ?? null;
    },

    async get(id) {
      const [row] = await sql.rows<Project>(`select ${projects.columns} from projects where id = $1`, [id]);
      if (row === undefined) throw new AppError("not_found", `Project ${id} was not found.`);
      return row;
    },

    async list(organizationId, filter) {
      const { search } = filter;
      const where = new Conditions()
        .add("p.organization_id = $", organizationId)
        .also("p.archived_at is null")
        .addWhenSet("p.id < $", filter.cursor)
        .addWhenSet("(cardinality(p.default_for_sizes) > 0) = $", filter.isDefault)
        .addWhenSet("p.name ilike $", search === undefined ? undefined : containing(search));
      const limit = where.value(rowsToRead(filter));
      const rows = await sql.rows<OverviewRow>(
        `${overview} where ${where.text} order by p.id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toOverview), filter);
    },

    async count(organizationId) {
      const [row] = await sql.rows<{ count: number }>(
        "select count(*)::int as count from projects where organization_id = $1 and archived_at is null",
        [organizationId],
      );
      return row!.count;
    },

    async hasSnapshot(organizationId) {
      const [row] = await sql.rows<{ has_one: boolean }>(
        `select exists (select from projects p where p.organization_id = $1 and p.archived_at is null
           and ${activeSnapshotId} is not null) as has_one`,
        [organizationId],
      );
      return row!.has_one;
    },

    async defaultsForRepositories(organizationId, repositoryIds) {
      return sql.rows<Project>(selectRepositoryDefaults("$1", "$2"), [organizationId, repositoryIds]);
    },

    async refreshingWith(organizationId, repositoryId) {
      return sql.rows<Project>(
        `select ${projects.columns} from projects
         where organization_id = $1 and archived_at is null and refreshes_on_change
           and ($2 = any (repository_ids) or source ->> 'repositoryId' = $2::text) order by id`,
        [organizationId, repositoryId],
      );
    },

    async nextToCheck({ before, exceptOrganizationIds }) {
      const [row] = await sql.rows<Project>(
        `select ${projects.columnsOf("p")} from projects p join organizations o on o.id = p.organization_id
         where p.archived_at is null and o.deleted_at is null and p.refreshes_on_change
           and (p.branches_checked_at is null or p.branches_checked_at < $1) and p.organization_id <> all ($2::uuid[])
         order by p.branches_checked_at nulls first, p.id limit 1`,
        [before, exceptOrganizationIds],
      );
      return row ?? null;
    },

    async setChecked(id, at) {
      await sql.rows("update projects set branches_checked_at = $2 where id = $1", [id, at]);
    },

    async defaultsForSizes(organizationId) {
      return sizeDefaults(await sql.rows<Project>(selectSizeDefaults("$1"), [organizationId]));
    },

    async clearDefaults(organizationId, sizes, { exceptId, at }) {
      await sql.rows(
        `update projects set updated_at = $4, default_for_sizes =
           array(select size from unnest(default_for_sizes) with ordinality as one (size, place)
                 where size <> all ($2::text[]) order by place)
         where organization_id = $1 and archived_at is null and default_for_sizes && $2::text[]
           and id is distinct from $3`,
        [organizationId, sizes, exceptId, at],
      );
    },
  };
}
