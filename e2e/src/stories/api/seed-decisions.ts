import { randomUUID } from "node:crypto";
import type pg from "pg";

/**
 * Seeds the pending decisions that can remain after a turn: a permission, a question and a plan. Also seeds a file,
 * whose ID is `artifactId`.
 */
export async function seedDecisions(
  pool: pg.Pool,
  sessionId: string,
): Promise<{ permissionId: string; questionId: string; artifactId: string }> {
  const [permissionId, questionId, planId, artifactId] = Array.from({ length: 4 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
  ];
  const permission = { kind: "permission", toolCallId: "c", title: "t", toolKind: "execute", input: null };
  const question = { kind: "question", question: "Which?", options: [] };
  const asks = [
    [permissionId, permission],
    [questionId, question],
  ] as const;
  for (const [id, asked] of asks) {
    await pool.query(
      `insert into asks (id, session_id, turn_id, asked, created_at, expires_at)
       select $1, $2, id, $3, now(), now() + interval '1 day' from turns where session_id = $2 limit 1`,
      [id, sessionId, asked],
    );
  }
  await pool.query(
    `with made as (
       insert into artifacts (id, session_id, turn_id, type, title, output_type, content, created_at, updated_at)
       select $1, $2, id, 'Plan', 'Plan', 'markdown', 'Do it.', now(), now()
       from turns where session_id = $2 limit 1
       returning id, session_id, turn_id
     )
     insert into plans (artifact_id, session_id, turn_id, is_asked_for)
     select id, session_id, turn_id, false from made`,
    [planId, sessionId],
  );
  await pool.query(
    `with made as (
       insert into artifacts (id, session_id, turn_id, type, title, content, file_name, content_type, created_at, updated_at)
       select $1, $2, id, 'File', 'a.txt', '', 'a.txt', 'text/plain; charset=utf-8', now(), now()
       from turns where session_id = $2 limit 1
       returning id
     )
     insert into artifact_files (artifact_id, bytes) select id, '1' from made`,
    [artifactId, sessionId],
  );
  return { permissionId, questionId, artifactId };
}
