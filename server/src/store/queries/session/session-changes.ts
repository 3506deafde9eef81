import { AppError } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { query, raw } from "../query.ts";
import type { Sql } from "../sql.ts";
import { sessions, storedOptions } from "./session-table.ts";

export function sessionChangeQueries(sql: Sql): Queries["sessionChanges"] {
  return {
    async update(id, change, at) {
      const { options, ...fields } = change;
      const sets = sessions.set({ updatedAt: at, ...fields, ...(options && storedOptions(options)) });
      const chosen = raw(change.title === undefined ? "" : ", is_title_chosen = true");
      const rows = await sql.rows(query`update sessions set ${sets}${chosen} where id = ${id} returning id`);
      if (rows.length === 0) throw new AppError("not_found", `Session ${id} was not found.`);
      if (change.branchName !== undefined || change.targetBranch !== undefined) {
        await sql.rows(
          `update session_repositories u set branch_name = s.branch_name,
             target_branch = coalesce(s.target_branch, r.default_branch)
           from sessions s, repositories r where u.session_id = $1 and s.id = $1 and r.id = u.repository_id`,
          [id],
        );
      }
    },

    async hide(id, at) {
      await sql.rows("update sessions set deleted_at = $2 where id = $1 and deleted_at is null", [id, at]);
      await sql.rows("update pull_requests set session_id = null where session_id = $1", [id]);
    },

    async purge(id, at) {
      for (const text of belongings) await sql.rows(text, [id]);
      await sql.rows(
        `update sessions set purged_at = $2, title = '', prompt = '', description = null, source = null,
           rich_content = null, mcp_servers = '{}' where id = $1`,
        [id, at],
      );
    },

    idleTrees: (before, after, limit) =>
      sql.rows(
        `select organization_id as "organizationId", root_id as "rootId", array_agg(id order by id) as "sessionIds",
           max(updated_at) as "changedAt"
         from (
           select s.id, s.organization_id, coalesce(c.root_id, s.id) as root_id, s.updated_at,
             s.is_pinned or s.id in (select session_id from turns where status in ('queued', 'running')) as is_kept
           from sessions s left join child_sessions c on c.session_id = s.id where s.deleted_at is null
         ) as members
         group by organization_id, root_id
         having max(updated_at) < $1 and not bool_or(is_kept) and (max(updated_at), root_id) > ($2, $3)
         order by max(updated_at), root_id limit $4`,
        [
          before,
          after?.changedAt ?? "-infinity",
          after?.rootId ?? "00000000-0000-0000-0000-000000000000",
          limit,
        ],
      ),

    async unpurged(deletedBefore, limit) {
      const rows = await sql.rows<{ id: string }>(
        `select id from sessions where deleted_at < $1 and purged_at is null order by deleted_at limit $2`,
        [deletedBefore, limit],
      );
      return rows.map((row) => row.id);
    },

    async lockId(id) {
      await sql.rows("select pg_advisory_xact_lock(hashtextextended('session ' || $1::uuid::text, 0))", [id]);
      const [row] = await sql.rows<{
        organization_id: string;
        request_hash: Buffer | null;
        is_deleted: boolean;
      }>(
        "select organization_id, request_hash, deleted_at is not null as is_deleted from sessions where id = $1",
        [id],
      );
      if (row === undefined) return null;
      const { organization_id, request_hash, is_deleted } = row;
      return { organizationId: organization_id, requestHash: request_hash, isDeleted: is_deleted };
    },

    async noteRequest(id, hash) {
      await sql.rows("update sessions set request_hash = $2 where id = $1", [id, hash]);
    },

    async insertFork({ sessionId, parentId, transcript }) {
      await sql.rows(
        `insert into session_forks (session_id, parent_id, transcript) values ($1, $2, $3)
         on conflict (session_id) do nothing`,
        [sessionId, parentId, transcript],
      );
    },

    async findFork(sessionId) {
      const [row] = await sql.rows<{ parent_id: string; transcript: string | null }>(
        "select parent_id, transcript from session_forks where session_id = $1",
        [sessionId],
      );
      return row === undefined ? null : { sessionId, parentId: row.parent_id, transcript: row.transcript };
    },
  };
}

/**
 * Statements that delete or detach the data of a session, `$1`. Emptied rows of turns and messages remain, because
 * usage refers to them.
 */
const belongings = [
  "update pull_requests set session_id = null where session_id = $1",
  "delete from plans where session_id = $1",
  "delete from artifacts where session_id = $1",
  "delete from asks where session_id = $1",
  "delete from diffs where session_id = $1",
  "delete from events where session_id = $1",
  "delete from conversations where session_id = $1",
  "delete from session_states where root_id = $1",
  "delete from session_services where session_id = $1",
  "delete from session_forks where session_id = $1",
  "delete from session_attempts where session_id = $1",
  "delete from turn_protocol_log where turn_id in (select id from turns where session_id = $1)",
  "delete from assigned_threads where message_id in (select id from messages where session_id = $1)",
  "delete from message_attachments where message_id in (select id from messages where session_id = $1)",
  `update messages set content = '', author = null, source = null, rich_content = null, slash_command = null,
     mcp_servers = null, options = null, deleted_at = coalesce(deleted_at, updated_at) where session_id = $1`,
  "update turns set error_message = '' where session_id = $1 and error_message is not null",
  "delete from outgoing_deliveries where session_id = $1",
  "delete from notifications where session_id = $1",
  "update deliveries set session_id = null where session_id = $1",
];
