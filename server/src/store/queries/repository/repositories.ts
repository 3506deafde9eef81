import { AppError } from "../../../core/base/index.ts";
import {
  defaultRepositorySettings,
  type Repository,
  type RepositorySettings,
} from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { containing, type Sql } from "../sql.ts";

const columns = `id, organization_id, forge, integration_id, external_id, owner, name, connected_url, description,
  default_branch, is_archived, settings, enabled_at, created_at, updated_at`;

/** `repositoryKey` gives one text for every spelling of a repository's URL. */
export function repositoryQueries(sql: Sql, repositoryKey: (url: string) => string): Queries["repositories"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<RepositoryRow>(
      `select ${columns} from repositories where ${condition}`,
      values,
    );
    return row === undefined ? null : toRepository(row);
  };

  const urlKeyOf = ({ connectedUrl }: Repository) =>
    connectedUrl === null ? null : repositoryKey(connectedUrl);

  return {
    async insert(repository) {
      await sql.rows(
        `insert into repositories (${columns}, url_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         on conflict (id) do nothing`,
        [...valuesOf(repository), urlKeyOf(repository)],
      );
    },

    async update(repository) {
      const rows = await sql.rows(
        `update repositories set integration_id = $2, external_id = $3, owner = $4, name = $5, connected_url = $6,
           description = $7, default_branch = $8, is_archived = $9, settings = $10, enabled_at = $11,
           updated_at = $12, url_key = $13
         where id = $1 returning id`,
        [
          repository.id,
          repository.integrationId,
          repository.externalId,
          repository.owner,
          repository.name,
          repository.connectedUrl,
          repository.description,
          repository.defaultBranch,
          repository.isArchived,
          repository.settings,
          repository.enabledAt,
          repository.updatedAt,
          urlKeyOf(repository),
        ],
      );
      if (rows.length === 0) throw new AppError("not_found", `There is no repository ${repository.id}.`);
    },

    findByExternalId: (integrationId, externalId) =>
      findOne("integration_id = $1 and external_id = $2", [integrationId, externalId]),

    async ofIntegration(integrationId) {
      const rows = await sql.rows<RepositoryRow>(
        `select ${columns} from repositories where integration_id = $1 order by lower(owner), lower(name)`,
        [integrationId],
      );
      return rows.map(toRepository);
    },

    find: (organizationId, id) =>
      findOne("organization_id = $1 and id = $2 and removed_at is null", [organizationId, id]),

    async findMany(organizationId, ids) {
      const rows = await sql.rows<RepositoryRow>(
        `select ${columns} from repositories where organization_id = $1 and id = any ($2::uuid[])
         order by array_position($2::uuid[], id)`,
        [organizationId, ids],
      );
      return rows.map(toRepository);
    },

    findByConnectedUrl: (organizationId, urlKey) =>
      findOne("organization_id = $1 and url_key = $2", [organizationId, urlKey]),

    findByPath: (organizationId, forge, owner, name) =>
      findOne(
        "organization_id = $1 and forge = $2 and lower(owner) = lower($3) and lower(name) = lower($4) and removed_at is null",
        [organizationId, forge, owner, name],
      ),

    async findByFullName(organizationId, fullName) {
      const rows = await sql.rows<RepositoryRow>(
        `select ${columns} from repositories
         where organization_id = $1 and lower(owner || '/' || name) = lower($2) and removed_at is null order by id`,
        [organizationId, fullName],
      );
      return rows.map(toRepository);
    },

    findLocal: (owner, name) =>
      findOne(
        "forge = 'local' and lower(owner) = lower($1) and lower(name) = lower($2) and removed_at is null",
        [owner, name],
      ),

    async list(organizationId, page) {
      const where = new Conditions()
        .also("removed_at is null")
        .add("organization_id = $", organizationId)
        .addWhenSet("integration_id = $", page.integrationId)
        .addWhenSet(page.order === "asc" ? "id > $" : "id < $", page.cursor)
        .addWhenSet(
          "owner || '/' || name ilike $",
          page.search === undefined ? undefined : containing(page.search),
        );
      const limit = where.value(rowsToRead(page));
      const direction = page.order === "asc" ? "asc" : "desc";
      const rows = await sql.rows<RepositoryRow>(
        `select ${columns} from repositories where ${where.text} order by id ${direction} limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toRepository), page);
    },

    async listEnabled(organizationId) {
      const rows = await sql.rows<RepositoryRow>(
        `select ${columns} from repositories where organization_id = $1 and enabled_at is not null and removed_at is null
         order by id desc`,
        [organizationId],
      );
      return rows.map(toRepository);
    },
  };
}

const valuesOf = (repository: Repository) => [
  repository.id,
  repository.organizationId,
  repository.forge,
  repository.integrationId,
  repository.externalId,
  repository.owner,
  repository.name,
  repository.connectedUrl,
  repository.description,
  repository.defaultBranch,
  repository.isArchived,
  repository.settings,
  repository.enabledAt,
  repository.createdAt,
  repository.updatedAt,
];

interface RepositoryRow {
  id: string;
  organization_id: string;
  forge: Repository["forge"];
  integration_id: string | null;
  external_id: string | null;
  owner: string;
  name: string;
  connected_url: string | null;
  description: string | null;
  default_branch: string;
  is_archived: boolean;
  settings: Partial<RepositorySettings>;
  enabled_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const toRepository = (row: RepositoryRow): Repository => ({
  id: row.id,
  organizationId: row.organization_id,
  forge: row.forge,
  integrationId: row.integration_id,
  externalId: row.external_id,
  owner: row.owner,
  name: row.name,
  connectedUrl: row.connected_url,
  description: row.description,
  defaultBranch: row.default_branch,
  isArchived: row.is_archived,
  settings: { ...defaultRepositorySettings, ...row.settings },
  enabledAt: row.enabled_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
