import type { Queries } from "../../../core/ports.ts";
import type { Diff } from "../../../core/sessions/index.ts";
import { lockLease } from "../lease.ts";
import { Conditions, rowsToRead, toPage } from "../page.ts";
import { query } from "../query.ts";
import type { Sql } from "../sql.ts";
import { diffs } from "./diff-table.ts";

export function diffQueries(sql: Sql): Queries["diffs"] {
  return {
    async save(lease, diff, patch) {
      await sql.rows(query`
        insert into diffs (${diffs.names}, patch, is_complete)
        select ${diffs.values(diff)}, ${patch.text}, ${patch.isComplete} from ${lockLease(lease)}
        on conflict (session_id, repository_id) do update set
          root = excluded.root, branch = excluded.branch, base_sha = excluded.base_sha,
          head_sha = excluded.head_sha, additions = excluded.additions, deletions = excluded.deletions,
          changed_files = excluded.changed_files, captured_at = excluded.captured_at, patch = excluded.patch,
          is_complete = excluded.is_complete`);
    },

    async list(sessionId, page) {
      const where = new Conditions()
        .add("session_id = $", sessionId)
        .addWhenSet("id < $", page.cursor)
        .addWhenSet("(changed_files > 0) = $", page.hasChanges);
      const limit = where.value(rowsToRead(page));
      const rows = await sql.rows<Diff>(
        `select ${diffs.columns} from diffs where ${where.text} order by id desc limit ${limit}`,
        where.values,
      );
      return toPage(rows, page);
    },

    async find(sessionId, id) {
      const [row] = await sql.rows<Diff & { patch: string; isComplete: boolean }>(
        `select ${diffs.columns}, patch, is_complete as "isComplete" from diffs where session_id = $1 and id = $2`,
        [sessionId, id],
      );
      if (row === undefined) return null;
      const { patch, isComplete, ...diff } = row;
      return { diff, patch: { text: patch, isComplete } };
    },
  };
}
