import { unknownEmail } from "../../../core/accounts/index.ts";
import type { Clock } from "../../../core/base/index.ts";
import type { LocalForgeRecords, LocalPerson, LocalRepository } from "../../../core/forges/index.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { localPersonTable, localRepositoryTable } from "./local-table.ts";

const unnamed = localPersonTable.without("name");
/** Display name of a user `u`, identical to the author name of their messages. */
const personName = "coalesce(u.name, split_part(nullif(u.email, $3), '@', 1))";

export function localRepositories(
  sql: Sql,
  clock: Clock,
): Pick<LocalForgeRecords, "repositories" | "people"> {
  const { columns } = localRepositoryTable;
  const repositories = (text: string, values: readonly unknown[]) => sql.rows<LocalRepository>(text, values);
  const people = (condition: string, value: string) =>
    sql.rows<LocalPerson>(
      `select ${localPersonTable.columns} from api_keys
       where ${condition} and kind = 'key' and revoked_at is null order by forge_number`,
      [value],
    );
  const findWhere = async (condition: string, values: readonly unknown[]) =>
    (
      await repositories(
        `select ${columns} from repositories where forge = 'local' and removed_at is null and ${condition}`,
        values,
      )
    )[0] ?? null;

  return {
    repositories: {
      find: (id) => findWhere("id = $1", [id]),
      findByNumber: (number) => findWhere("forge_number = $1", [number]),
      findByPath: (owner, name) =>
        findWhere("lower(owner) = lower($1) and lower(name) = lower($2)", [owner, name]),
      list: (organizationId, { skip, limit }) =>
        repositories(
          `select ${columns} from repositories where forge = 'local' and removed_at is null and ($1::uuid is null or organization_id = $1)
           order by forge_number offset $2 limit $3`,
          [organizationId, skip, limit],
        ),
      async update(id, { name, description, defaultBranch, isArchived }) {
        const change = { name, description, defaultBranch, isArchived, updatedAt: clock.now() };
        const [row] = await sql.rows<LocalRepository>(query`
          update repositories set ${localRepositoryTable.set(change)} where forge = 'local' and id = ${id} returning ${columns}`);
        return row ?? null;
      },
    },
    people: {
      find: async (apiKeyId) => (await people("id = $1", apiKeyId))[0] ?? null,
      list: (organizationId) => people("organization_id = $1", organizationId),
      async ofUser(organizationId, userId) {
        const [row] = await sql.rows<LocalPerson>(
          `select ${unnamed.columnsOf("k")}, ${personName} as name
           from api_keys k join members m using (organization_id, user_id) join users u on u.id = k.user_id
           where k.organization_id = $1 and k.user_id = $2 order by k.forge_number limit 1`,
          [organizationId, userId, unknownEmail],
        );
        return row ?? null;
      },
      async isAdmin(organizationId, number) {
        const rows = await sql.rows(
          `select from api_keys k join members m using (organization_id, user_id)
           where k.organization_id = $1 and k.forge_number = $2 and m.role = 'admin'`,
          [organizationId, number],
        );
        return rows.length > 0;
      },
      async isMember(organizationId, number) {
        const rows = await sql.rows(
          `select from api_keys k join members m using (organization_id, user_id)
           where k.organization_id = $1 and k.forge_number = $2 and not exists (
             select from api_keys e
             where e.organization_id = $1 and e.user_id = k.user_id and e.forge_number < k.forge_number)`,
          [organizationId, number],
        );
        return rows.length > 0;
      },
    },
  };
}
