import type { ModelChoice } from "../../../core/access/index.ts";
import type { Member, User } from "../../../core/accounts/index.ts";
import type { FoundRepository, Project, SessionInputs, WantedInputs } from "../../../core/sessions/index.ts";
import { members } from "../member/member-table.ts";
import { memberColumns, memberFrom } from "../member/members.ts";
import { type OrganizationRow, organizations, toOrganization } from "../organization/organization-table.ts";
import { selectOrganization } from "../organization/organizations.ts";
import { projects } from "../project/project-table.ts";
import { selectRepositoryDefaults, selectSizeDefaults } from "../project/projects.ts";
import { query, raw } from "../query.ts";
import { type RepositoryRow, repositories, toRepository } from "../repository/repository-table.ts";
import type { Sql } from "../sql.ts";
import type { AsJson } from "../table.ts";
import { users } from "../user/user-table.ts";

type FoundRow = AsJson<RepositoryRow> & {
  readonly namedBy: FoundRepository["namedBy"];
  readonly wantedName: string;
};

interface InputsRow {
  readonly organization: AsJson<OrganizationRow> | null;
  readonly userId: string | null;
  readonly user: AsJson<User> | null;
  readonly member: AsJson<Member> | null;
  readonly modelChoices: readonly ModelChoice[];
  readonly providerCredentialNames: readonly string[];
  readonly found: readonly FoundRow[];
  readonly repositoryDefaults: readonly AsJson<Project>[];
  readonly sizeDefaults: readonly AsJson<Project>[];
}

const organization = "(select organization_id from given)";
const repository = repositories.columnsOf("r");
const rows = (select: string) => `coalesce((select json_agg(one) from (${select}) one), '[]')`;
const row = (select: string) => `(select to_json(one) from (${select}) one)`;

const results = raw(`
  ${row(selectOrganization(organization))} as organization,
  (select user_id from key_owner) as "userId",
  ${row(`select ${users.columns} from users where id = (select user_id from key_owner) and deleted_at is null`)} as user,
  ${row(`select ${memberColumns} from ${memberFrom}
    where m.organization_id = ${organization} and m.user_id = (select user_id from key_owner) order by m.id limit 1`)} as member,
  ${rows(`select model, is_enabled as "isEnabled", provider from organization_models
    where organization_id = ${organization} order by model`)} as "modelChoices",
  array(select name from secrets where organization_id = ${organization} and kind = 'provider' order by name)
    as "providerCredentialNames",
  ${rows("select * from found order by id")} as found,
  ${rows(`${selectRepositoryDefaults(organization, "array(select id from found)")}`)} as "repositoryDefaults",
  ${rows(selectSizeDefaults(organization))} as "sizeDefaults"`);

/** Implements `readInputs` of `NewSessionQueries`. */
export async function readInputs(
  sql: Sql,
  organizationId: string,
  wanted: WantedInputs,
): Promise<SessionInputs> {
  const [found] = await sql.rows<InputsRow>(statement(organizationId, wanted));
  return toInputs(found!);
}

/**
 * Reads the values from an expression, not from placeholders. PostgreSQL then expects the same costs with and without
 * their values, so it keeps one plan after five executions on a connection. Planning takes longer than running it. The statement begins
 * with `select`, so that it needs no transaction for the actor of a write.
 */
const statement = (
  organizationId: string,
  { keyId, repositories: { ids, urlKeys, paths, fullNames } }: WantedInputs,
) => query`
  select * from (with given as materialized (
    select ${organizationId}::uuid as organization_id, ${keyId}::uuid as key_id, ${ids}::uuid[] as ids,
      ${urlKeys}::text[] as url_keys, ${paths.map(({ owner }) => owner)}::text[] as owners,
      ${paths.map(({ name }) => name)}::text[] as names, ${fullNames}::text[] as full_names
  ), key_owner as materialized (
    select user_id from api_keys where id = (select key_id from given)
  ), found as materialized (
    select 'id' as "namedBy", r.id::text as "wantedName", ${repository} from repositories r
    where r.organization_id = (select organization_id from given) and r.id = any ((select ids from given)::uuid[])
    union all
    select 'urlKey', r.url_key, ${repository} from repositories r
    where r.organization_id = (select organization_id from given)
      and r.url_key = any ((select url_keys from given)::text[])
    union all
    select 'path', path.owner || '/' || path.name, ${repository}
      from (select distinct * from unnest((select owners from given), (select names from given))) as path (owner, name)
      join repositories r on lower(r.owner) = lower(path.owner) and lower(r.name) = lower(path.name)
    where r.organization_id = (select organization_id from given) and r.forge = 'local' and r.removed_at is null
    union all
    select 'fullName', named.full_name, ${repository}
      from (select distinct unnest((select full_names from given)) as full_name) named
      join repositories r on lower(r.owner || '/' || r.name) = lower(named.full_name)
    where r.organization_id = (select organization_id from given) and r.removed_at is null
  )
  select ${results}) inputs`;

function toInputs({ organization, user, member, found, ...row }: InputsRow): SessionInputs {
  return {
    organization: organization && toOrganization(organizations.fromJson(organization)),
    userId: row.userId,
    user: user && users.fromJson(user),
    member: member && members.fromJson(member),
    modelChoices: row.modelChoices,
    providerCredentialNames: row.providerCredentialNames,
    repositories: found.map(({ namedBy, wantedName, ...one }) => ({
      namedBy,
      name: wantedName,
      repository: toRepository(repositories.fromJson(one)),
    })),
    repositoryDefaults: row.repositoryDefaults.map((one) => projects.fromJson(one)),
    sizeDefaults: row.sizeDefaults.map((one) => projects.fromJson(one)),
  };
}
