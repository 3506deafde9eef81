import { AppError } from "../../../core/base/index.ts";
import type { Repository } from "../../../core/forges/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import { containing, type Sql } from "../sql.ts";
import { type RepositoryRow, repositories, toRepository } from "./repository-table.ts";

/**
 * Queries for repositories. `repositoryKey` normalizes a repository's URL, so that all spellings yield the same key.
 */
export function repositoryQueries(sql: Sql, repositoryKey: (url: string) => string): Queries["repositories"] {
  const findOne = async (condition: string, values: readonly unknown[]) => {
    const [row] = await sql.rows<RepositoryRow>(
      `select ${repositories.columns} from repositories where ${condition}`,
      values,
    );
    return row === undefined ? null : toRepository(row);
  };

  const urlKeyOf = ({ connectedUrl }: Repository) =>
    connectedUrl === null ? null : repositoryKey(connectedUrl);

  return {
    async insert(repository) {
      await sql.rows(query`
        insert into repositories (${repositories.names}, url_key)
        values (${repositories.values(repository)}, ${urlKeyOf(repository)})
        on conflict (id) do nothing`);
    },

    async update(repository) {
      const changed = repositories.set(repository, "id", "organizationId", "forge", "createdAt");
      const rows = await sql.rows(query`
        update repositories set ${changed}, url_key = ${urlKeyOf(repository)}
        where id = ${repository.id} returning id`);
      if (rows.length === 0) throw new AppError("not_found", `Repository ${repository.id} was not found.`);
    },

    findByExternalId: (integrationId, externalId) =>
      findOne("integration_id = $1 and external_id = $2", [integrationId, externalId]),

    async ofIntegration(integrationId) {
      const rows = await sql.rows<RepositoryRow>(
        `select ${repositories.columns} from repositories where integration_id = $1 order by lower(owner), lower(name)`,
        [integrationId],
      );
      return rows.map(toRepository);
    },

    find: (organizationId, id) =>
      findOne("organization_id = $1 and id = $2 and removed_at is null", [organizationId, id]),

    async findMany(organizationId, ids) {
      const rows = await sql.rows<RepositoryRow>(
        `select ${repositories.columns} from repositories where organization_id = $1 and id = any ($2::uuid[])
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
        `select ${repositories.columns} from repositories
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
        `select ${repositories.columns} from repositories where ${where.text} order by id ${direction} limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toRepository), page);
    },

    async listEnabled(organizationId) {
      const rows = await sql.rows<RepositoryRow>(
        `select ${repositories.columns} from repositories where organization_id = $1 and enabled_at is not null and removed_at is null
         order by id desc`,
        [organizationId],
      );
      return rows.map(toRepository);
    },
  };
}
