import type { Queries } from "../../../core/ports.ts";
import type { SavedCaptureBlobs } from "../../../core/turns/index.ts";
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

    async noteChanges(sessionId) {
      await sql.rows(
        "update session_workspaces set is_current = false where session_id = $1 and is_current",
        [sessionId],
      );
    },

    async saveFiles(lease, machineId, files) {
      await sql.rows(query`select ${lockLease(lease)}`);
      const before = await find(lease.sessionId);
      const [prompted] = await sql.rows<{ id: string }>(
        "select id from turns where id = $1 and is_prompt_sent",
        [lease.turnId],
      );
      const change = { machineId, ...files, promptedTurnId: prompted?.id ?? null, isCurrent: true };
      const row = { sessionId: lease.sessionId, ...change };
      await sql.rows(query`
        insert into session_workspaces (${sessionWorkspaces.names}) values (${sessionWorkspaces.values(row)})
        on conflict (session_id) do update set ${sessionWorkspaces.set(change)}`);
      return idsOf([before?.workspaceBlobId, before?.homeBlobId]);
    },

    async saveCaptures(lease, captures) {
      await sql.rows(query`select ${lockLease(lease)}`);
      const before = await listCaptures(lease.sessionId);
      await sql.rows("delete from saved_captures where session_id = $1", [lease.sessionId]);
      const rows = captures.map((capture) => ({ sessionId: lease.sessionId, ...capture }));
      await sql.rows(
        query`insert into saved_captures (${savedCaptures.names}) select * from ${savedCaptures.unnest(rows)}`,
      );
      return blobsOf(before);
    },

    async forget(sessionId) {
      const row = await find(sessionId);
      const captures = await listCaptures(sessionId);
      await sql.rows("delete from session_workspaces where session_id = $1", [sessionId]);
      return [...idsOf([row?.workspaceBlobId, row?.homeBlobId]), ...blobsOf(captures)];
    },
  };
}

const idsOf = (ids: readonly (string | null | undefined)[]) => ids.filter((id) => id != null);

const blobsOf = (captures: readonly SavedCaptureBlobs[]) =>
  idsOf(captures.flatMap(({ formerBlobId, ownBlobId }) => [formerBlobId, ownBlobId]));
