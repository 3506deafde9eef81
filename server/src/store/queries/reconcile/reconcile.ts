import type { BlobPlace } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { sessionStatusOf, turnStatuses } from "../../../core/sessions/index.ts";
import { isUnused } from "../blob/blob-table.ts";
import { query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { stateChecks } from "./state-check-table.ts";

const maxOpenItems = 20;
/** Status of the session for each status of its newest turn. */
const statuses = {
  turn: [...turnStatuses],
  session: turnStatuses.map(sessionStatusOf),
};
const derived = query`unnest(${statuses.turn}::text[], ${statuses.session}::text[]) as derived (turn_status, status)`;
/** Newest turn of the session `s`. */
const newestTurn = raw(`(select status, greatest(created_at, started_at, ended_at) as changed_at from turns
  where turns.session_id = s.id order by number desc limit 1)`);

export function reconcileQueries(sql: Sql): Queries["reconcile"] {
  return {
    async save(check) {
      const { name: _, ...change } = { ...check, openItems: check.openItems.slice(0, maxOpenItems) };
      await sql.rows(query`
        insert into state_checks (${stateChecks.names}) values (${stateChecks.values({ name: check.name, ...change })})
        on conflict (name) do update set ${stateChecks.set(change)}`);
    },

    async find(name) {
      const rows = await sql.rows<Awaited<ReturnType<Queries["reconcile"]["find"]>>>(
        `select ${stateChecks.columns} from state_checks where name = $1`,
        [name],
      );
      return rows[0] ?? null;
    },

    async sessionPage({ afterId, limit }, before) {
      const rows = await sql.rows<{ id: string; isWrong: boolean }>(query`
        select s.id, t.changed_at < ${before} and s.status <> derived.status as "isWrong"
        from (
          select id, status from sessions
          where deleted_at is null and (${afterId}::uuid is null or id > ${afterId}) order by id limit ${limit}
        ) s left join lateral ${newestTurn} t on true left join ${derived} on derived.turn_status = t.status
        order by s.id`);
      return {
        lastId: rows.length < limit ? null : rows.at(-1)!.id,
        wrongIds: rows.filter(({ isWrong }) => isWrong).map(({ id }) => id),
      };
    },

    async deriveStatus(sessionId, at) {
      await sql.rows("select lock_session($1)", [sessionId]);
      await sql.rows(query`
        update sessions set status = derived.status, updated_at = ${at}
        from sessions s cross join lateral ${newestTurn} t join ${derived} on derived.turn_status = t.status
        where s.id = ${sessionId} and sessions.id = s.id and s.status <> derived.status`);
    },

    async dropWarmSandboxes(at) {
      const rows = await sql.rows<{ id: string }>(
        `with dropped as (
           delete from warm_sandboxes w where not exists (select from workers where id = w.worker_id)
           returning session_id as id
         ), stopped as (
           update session_services service set state = 'stopped', changed_at = $1 from dropped
           where service.session_id = dropped.id and service.state in ('starting', 'ready')
         )
         select id from dropped`,
        [at],
      );
      return rows.map(({ id }) => id);
    },

    blobPage: ({ afterId, limit }) =>
      sql.rows<BlobPlace>(
        `select id, organization_id as "organizationId", kind from blobs
         where ($1::uuid is null or id > $1) and not (${isUnused}) order by id limit $2`,
        [afterId, limit],
      ),

    async clearSaved(blobIds) {
      const rows = await sql.rows<{ id: string }>(
        `with files as (
           update session_workspaces w set tier = null, workspace_blob_id = null, home_blob_id = null, saved_at = null,
             is_current = false
           from session_workspaces earlier
           where earlier.session_id = w.session_id and (w.workspace_blob_id = any($1) or w.home_blob_id = any($1))
           returning earlier.workspace_blob_id, earlier.home_blob_id
         ), commits as (
           delete from saved_captures where former_blob_id = any($1) or own_blob_id = any($1)
           returning former_blob_id, own_blob_id
         )
         select id from (
           select workspace_blob_id as id from files union select home_blob_id from files
           union select former_blob_id from commits union select own_blob_id from commits
         ) forgotten where id = any($1)`,
        [blobIds],
      );
      return rows.map(({ id }) => id);
    },

    openPullRequestPage: ({ afterId, limit }) =>
      sql.rows(
        `select p.id, p.organization_id as "organizationId", p.repository_id as "repositoryId", p.number,
           p.head_sha as "headSha", p.base_branch as "baseBranch", p.is_draft as "isDraft", p.url
         from pull_requests p join repositories r on r.id = p.repository_id
         where p.status = 'open' and r.enabled_at is not null and ($1::uuid is null or p.id > $1)
         order by p.id limit $2`,
        [afterId, limit],
      ),
  };
}
