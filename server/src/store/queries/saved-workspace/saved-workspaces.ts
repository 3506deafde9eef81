import { newId } from "../../../core/base/index.ts";
import type { Queries } from "../../../core/ports.ts";
import type { FirstTurn, SavedCaptureBlobs } from "../../../core/turns/index.ts";
import { lockLease } from "../lease.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import type { RowOf } from "../table.ts";
import { savedCaptures, sessionWorkspaces } from "./saved-workspace-table.ts";

type Row = RowOf<typeof sessionWorkspaces>;

export function savedWorkspaceQueries(sql: Sql): Queries["savedWorkspaces"] {
  const find = async (sessionId: string) => {
    const [row] = await sql.rows<Row>(
      `select ${sessionWorkspaces.columns} from session_workspaces where session_id = $1`,
      [sessionId],
    );
    return row;
  };
  const listCaptures = (sessionId: string) =>
    sql.rows<SavedCaptureBlobs>(
      `select ${savedCaptures.columns} from saved_captures where session_id = $1 order by repository_id`,
      [sessionId],
    );
  const writeFiles = async (
    sessionId: string,
    change: Pick<Row, "machineId" | "tier" | "workspaceBlobId" | "homeBlobId" | "savedAt" | "promptedTurnId">,
  ) => {
    const before = await find(sessionId);
    const values = { ...change, isCurrent: true, unsavedReason: null };
    await sql.rows(query`
      insert into session_workspaces (${sessionWorkspaces.names})
      values (${sessionWorkspaces.values({ sessionId, ...values })})
      on conflict (session_id) do update set ${sessionWorkspaces.set(values)}`);
    return idsOf([before?.workspaceBlobId, before?.homeBlobId]);
  };
  const writeCaptures = async (sessionId: string, captures: readonly SavedCaptureBlobs[]) => {
    const before = await listCaptures(sessionId);
    await sql.rows("delete from saved_captures where session_id = $1", [sessionId]);
    const rows = captures.map((capture) => ({ sessionId, ...capture }));
    await sql.rows(
      query`insert into saved_captures (${savedCaptures.names}) select * from ${savedCaptures.unnest(rows)}`,
    );
    return blobsOf(before);
  };
  return {
    async find(sessionId) {
      const row = await find(sessionId);
      if (row === undefined) return null;
      const { machineId, isCurrent, tier, workspaceBlobId, homeBlobId, savedAt, promptedTurnId } = row;
      if (tier === null || workspaceBlobId === null || homeBlobId === null || savedAt === null)
        return { machineId, isCurrent, saved: null };
      return { machineId, isCurrent, saved: { tier, workspaceBlobId, homeBlobId, savedAt, promptedTurnId } };
    },

    listCaptures,

    async setMachine(lease, machineId) {
      await sql.rows(query`
        insert into session_workspaces (session_id, machine_id) select ${lease.sessionId}, ${machineId}
        from ${lockLease(lease)}
        on conflict (session_id) do update set machine_id = excluded.machine_id, is_current = case
          when session_workspaces.machine_id = excluded.machine_id then session_workspaces.is_current
          else session_workspaces.workspace_blob_id is not null end`);
    },

    async claim(sessionIds, machineId) {
      const rows = await sql.rows(
        `insert into session_workspaces (session_id, machine_id)
         select s.id, $2 from sessions s
         where s.id = any($1) and s.deleted_at is null
           and exists (select from turns t where t.session_id = s.id and t.is_prompt_sent)
         on conflict (session_id) do nothing returning session_id`,
        [sessionIds, machineId],
      );
      return rows.length;
    },

    async noteChanges(sessionId) {
      await sql.rows(
        "update session_workspaces set is_current = false where session_id = $1 and is_current",
        [sessionId],
      );
    },

    async saveFiles(lease, machineId, files) {
      await sql.rows(query`select ${lockLease(lease)}`);
      const [prompted] = await sql.rows<{ id: string }>(
        "select id from turns where id = $1 and is_prompt_sent",
        [lease.turnId],
      );
      return writeFiles(lease.sessionId, { machineId, ...files, promptedTurnId: prompted?.id ?? null });
    },

    async saveCaptures(lease, captures) {
      await sql.rows(query`select ${lockLease(lease)}`);
      return writeCaptures(lease.sessionId, captures);
    },

    async isIdle(sessionId, machineId) {
      const [row] = await sql.rows<{ found: boolean }>(
        `select exists (
           select from session_workspaces w where w.session_id = $1 and w.machine_id = $2 and ${hasNoPlacedTurn}
         ) as found`,
        [sessionId, machineId],
      );
      return row!.found;
    },

    async saveIdle(sessionId, machineId, { files, captures }) {
      const [found] = await sql.rows<{ promptedTurnId: string | null }>(
        `select (select t.id from turns t where t.session_id = w.session_id and t.is_prompt_sent
                 order by t.number desc limit 1) as "promptedTurnId"
         from session_workspaces w where w.session_id = $1 and w.machine_id = $2 and ${hasNoPlacedTurn}
         for update of w`,
        [sessionId, machineId],
      );
      if (found === undefined) return null;
      return [
        ...(await writeFiles(sessionId, { machineId, ...files, ...found })),
        ...(await writeCaptures(sessionId, captures)),
      ];
    },

    listFirstTurns: (machineId, since, limit) =>
      // The IDs contain the time, so that their index finds the last turns.
      sql.rows<FirstTurn>(
        `select t.id as "turnId", t.created_at as "createdAt" from turns t
         join sessions s on s.id = t.session_id join session_workspaces w on w.session_id = t.session_id
         where t.id >= $2 and t.number = 1 and s.deleted_at is null and w.machine_id = $1
         order by t.id desc limit $3`,
        [machineId, newId(since.getTime()), limit],
      ),

    async listIdle(machineId, afterId, limit) {
      const rows = await sql.rows<{ id: string }>(
        `select w.session_id as id from session_workspaces w join sessions s on s.id = w.session_id
         where w.machine_id = $1 and not w.is_current and ($2::uuid is null or w.session_id > $2)
           and s.deleted_at is null and ${hasNoPlacedTurn}
           and not exists (select from warm_sandboxes k where k.session_id = w.session_id)
         order by w.session_id limit $3`,
        [machineId, afterId, limit],
      );
      return rows.map(({ id }) => id);
    },

    async recordUnsaved(sessionId, machineId, reason) {
      await sql.rows(
        `update session_workspaces set unsaved_reason = $3
         where session_id = $1 and machine_id = $2 and not is_current`,
        [sessionId, machineId, reason],
      );
    },

    async recordOthersUnsaved(machineId, which, reason) {
      await sql.rows(
        `update session_workspaces w set unsaved_reason = $2
         where w.machine_id = $1 and not w.is_current and w.unsaved_reason is null and ($3 or exists (
           select from turn_placements p where p.session_id = w.session_id and p.machine_id = $1
         ))`,
        [machineId, reason, which === "all"],
      );
    },

    async forget(sessionId) {
      const row = await find(sessionId);
      const captures = await listCaptures(sessionId);
      await sql.rows("delete from session_workspaces where session_id = $1", [sessionId]);
      return [...idsOf([row?.workspaceBlobId, row?.homeBlobId]), ...blobsOf(captures)];
    },
  };
}

const hasNoPlacedTurn =
  "not exists (select from turn_placements p where p.session_id = w.session_id and p.machine_id is not null)";

const idsOf = (ids: readonly (string | null | undefined)[]) => ids.filter((id) => id != null);

const blobsOf = (captures: readonly SavedCaptureBlobs[]) =>
  idsOf(captures.flatMap(({ formerBlobId, ownBlobId }) => [formerBlobId, ownBlobId]));
