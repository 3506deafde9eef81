import { AppError, type Clock } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import { type SessionRepository, sessionStatusOf } from "../../../core/sessions/index.ts";
import { lockLease, writeUnderLease } from "../lease.ts";
import { Conditions } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { searchPage } from "./search-sessions.ts";
import { addVisible } from "./session-conditions.ts";
import { countSessions, maxCounted } from "./session-list.ts";
import { type SessionRow, sessionRepositories, sessions, toSession } from "./session-table.ts";

export function sessionQueries(sql: Sql, clock: Clock): Queries["sessions"] {
  return {
    async find(organizationId, id) {
      const [row] = await sql.rows<SessionRow>(
        `select ${sessions.columns} from sessions where organization_id = $1 and id = $2 and deleted_at is null`,
        [organizationId, id],
      );
      return row === undefined ? null : toSession(row);
    },

    async lock(organizationId, id) {
      const [row] = await sql.rows<SessionRow>(
        `select ${sessions.columns} from sessions where organization_id = $1 and id = $2 and deleted_at is null for no key update`,
        [organizationId, id],
      );
      return row === undefined ? null : toSession(row);
    },

    async get(id) {
      const [row] = await sql.rows<SessionRow>(`select ${sessions.columns} from sessions where id = $1`, [
        id,
      ]);
      if (row === undefined) throw noSession(id);
      return toSession(row);
    },

    async list(organizationId, page) {
      if (page.search !== undefined) return searchPage(sql, organizationId, { ...page, search: page.search });
      const where = new Conditions().add("organization_id = $", organizationId).also("deleted_at is null");
      addVisible(where, page.viewerUserId);
      const offset = (page.page - 1) * page.limit;
      // Beyond the counting limit, the total is only large enough to show that another page follows, so that clients
      // can reach all pages.
      const totalCount = await countSessions(sql, where, Math.max(maxCounted, offset + page.limit + 1));
      if (offset >= totalCount) return { sessions: [], totalCount };
      const rows = await sql.rows<SessionRow>(
        `select ${sessions.columns} from sessions where ${where.text}
         order by id desc limit ${where.value(page.limit)} offset ${where.value(offset)}`,
        where.values,
      );
      return { sessions: rows.map(toSession), totalCount };
    },

    async ofOrganization(organizationId, afterId, limit) {
      const where = new Conditions().add("organization_id = $", organizationId).also("deleted_at is null");
      where.addWhenSet("id > $", afterId ?? undefined);
      const rows = await sql.rows<SessionRow>(
        `select ${sessions.columns} from sessions where ${where.text} order by id limit ${where.value(limit)}`,
        where.values,
      );
      return rows.map(toSession);
    },

    async repositories(sessionId) {
      const rows = await sql.rows<SessionRepository>(
        `select ${sessionRepositories.columns} from session_repositories where session_id = $1 order by position`,
        [sessionId],
      );
      return rows;
    },

    async findBySource(organizationId, { kind, repositoryId, number }) {
      const [row] = await sql.rows<SessionRow>(
        `select ${sessions.columns} from sessions where organization_id = $1 and deleted_at is null and source ->> 'kind' = $2
           and source ->> 'repositoryId' = $3 and source ->> 'number' = $4
         order by id desc limit 1`,
        [organizationId, kind, repositoryId, String(number)],
      );
      return row === undefined ? null : toSession(row);
    },

    async retarget(id, repositoryId, targetBranch) {
      await sql.rows(
        "update session_repositories set target_branch = $3 where session_id = $1 and repository_id = $2",
        [id, repositoryId, targetBranch],
      );
    },

    async uncheckedWorkspaces(machineId, before, limit) {
      const rows = await sql.rows<SessionRow>(
        `select ${sessions.columns} from sessions
         where updated_at < $1 and deleted_at is null and status in ('completed', 'failed', 'cancelled')
           and (workspace_checked_at is null or workspace_checked_at < updated_at)
           and not exists (select from session_workspaces w where w.session_id = sessions.id and w.machine_id <> $3)
         order by updated_at limit $2`,
        [before, limit, machineId],
      );
      return rows.map(toSession);
    },

    async setWorkspaceChecked(id, at) {
      await sql.rows("update sessions set workspace_checked_at = $2 where id = $1", [id, at]);
    },

    async setStatus(id, status, at) {
      const rows = await sql.rows(
        `update sessions set status = $2, updated_at = $3,
           last_queued_at = case when $2 = 'queued' then $3 else last_queued_at end
         where id = $1 returning id`,
        [id, status, at],
      );
      if (rows.length === 0) throw noSession(id);
    },

    setInProgress: (lease, at) =>
      writeUnderLease(sql, lease, {
        statement: query`
          update sessions set status = ${sessionStatusOf("running")}, updated_at = ${at} from ${lockLease(lease)}
          where id = ${lease.sessionId} returning id`,
        otherwise: `Session ${lease.sessionId} was not found.`,
      }),

    async leavePlanning(id) {
      const rows = await sql.rows("update sessions set is_planning = false where id = $1 returning id", [id]);
      if (rows.length === 0) throw noSession(id);
    },

    chooseTitle: (lease, title) =>
      writeUnderLease(sql, lease, {
        statement: query`update sessions set title = ${title}, updated_at = ${clock.now()}, is_title_chosen = true
          from ${lockLease(lease)} where id = ${lease.sessionId} returning id`,
        otherwise: `Session ${lease.sessionId} was not found.`,
      }),

    async suggestTitle(lease, title) {
      const { is_title_chosen } = await writeUnderLease<{ is_title_chosen: boolean }>(sql, lease, {
        statement: query`
          update sessions set title = case when is_title_chosen then title else ${title} end, updated_at = ${clock.now()}
          from ${lockLease(lease)} where id = ${lease.sessionId} returning is_title_chosen`,
        otherwise: `Session ${lease.sessionId} was not found.`,
      });
      return !is_title_chosen;
    },

    async setAgent(id, { harness, model, provider }) {
      const rows = await sql.rows(
        "update sessions set harness = $2, model = $3, provider = $4 where id = $1 returning id",
        [id, harness, model, provider],
      );
      if (rows.length === 0) throw noSession(id);
    },

    setNumber: (lease, sessionNumber) =>
      writeUnderLease(sql, lease, {
        statement: query`update sessions set number = ${sessionNumber} from ${lockLease(lease)}
          where id = ${lease.sessionId} returning id`,
        otherwise: `Session ${lease.sessionId} was not found.`,
      }),

    setSnapshot: (lease, snapshotId, sessionNumber) =>
      writeUnderLease(sql, lease, {
        statement: query`update sessions set snapshot_id = ${snapshotId}, number = ${sessionNumber} from ${lockLease(lease)}
          where id = ${lease.sessionId} returning id`,
        otherwise: `Session ${lease.sessionId} was not found.`,
      }),

    async markForwardsPublished(lease) {
      const rows = await sql.rows(query`
        update sessions set has_published_forwards = true from ${lockLease(lease)}
        where id = ${lease.sessionId} and not has_published_forwards returning id`);
      return rows.length > 0;
    },

    setBaseSha: (lease, repositoryId, baseSha) =>
      writeUnderLease(sql, lease, {
        statement: query`update session_repositories set base_sha = ${baseSha} from ${lockLease(lease)}
          where session_id = ${lease.sessionId} and repository_id = ${repositoryId} returning session_id`,
        otherwise: `Session ${lease.sessionId} has no repository ${repositoryId}.`,
      }),
  };
}

const noSession = (id: string) => new AppError("not_found", `Session ${id} was not found.`);
