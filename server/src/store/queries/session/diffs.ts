import type { Queries } from "../../../core/ports.ts";
import type { Diff } from "../../../core/sessions/index.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import type { Sql } from "../sql.ts";

const columns = `id, session_id, repository_id, root, branch, base_sha, head_sha, additions, deletions,
  changed_files, captured_at`;

export function diffQueries(sql: Sql): Queries["diffs"] {
  return {
    async save(lease, diff, patch) {
      await sql.rows(
        `insert into diffs (${columns}, patch, is_complete)
         select $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 from hold_lease($1, $2, $3)
         on conflict (session_id, repository_id) do update set
           root = excluded.root, branch = excluded.branch, base_sha = excluded.base_sha,
           head_sha = excluded.head_sha, additions = excluded.additions, deletions = excluded.deletions,
           changed_files = excluded.changed_files, captured_at = excluded.captured_at, patch = excluded.patch,
           is_complete = excluded.is_complete`,
        [
          lease.sessionId,
          lease.turnId,
          lease.attempt,
          diff.id,
          diff.sessionId,
          diff.repositoryId,
          diff.root,
          diff.branch,
          diff.baseSha,
          diff.headSha,
          diff.additions,
          diff.deletions,
          diff.changedFiles,
          diff.capturedAt,
          patch.text,
          patch.isComplete,
        ],
      );
    },

    async list(sessionId, page) {
      const where = new Conditions()
        .add("session_id = $", sessionId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("(changed_files > 0) = $", page.hasChanges);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<DiffRow>(
        `select ${columns} from diffs where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows.map(toDiff), page);
    },

    async find(sessionId, id) {
      const [row] = await sql.rows<DiffRow & { patch: string; is_complete: boolean }>(
        `select ${columns}, patch, is_complete from diffs where session_id = $1 and id = $2`,
        [sessionId, id],
      );
      if (row === undefined) return null;
      return { diff: toDiff(row), patch: { text: row.patch, isComplete: row.is_complete } };
    },
  };
}

interface DiffRow {
  id: string;
  session_id: string;
  repository_id: string;
  root: string;
  branch: string;
  base_sha: string | null;
  head_sha: string;
  additions: number;
  deletions: number;
  changed_files: number;
  captured_at: Date;
}

const toDiff = (row: DiffRow): Diff => ({
  id: row.id,
  sessionId: row.session_id,
  repositoryId: row.repository_id,
  root: row.root,
  branch: row.branch,
  baseSha: row.base_sha,
  headSha: row.head_sha,
  additions: row.additions,
  deletions: row.deletions,
  changedFiles: row.changed_files,
  capturedAt: row.captured_at,
});
