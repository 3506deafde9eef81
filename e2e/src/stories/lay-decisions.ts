import { randomUUID } from "node:crypto";
import type pg from "pg";

/** Lays down what a session's turn may leave to decide, as the turn would: a permission, a question and a plan. Gives their ids. */
export async function layDecisions(
  pool: pg.Pool,
  sessionId: string,
): Promise<{ permissionId: string; questionId: string; artifactId: string }> {
  const [permissionId, questionId, artifactId] = [randomUUID(), randomUUID(), randomUUID()];
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
    [artifactId, sessionId],
  );
  return { permissionId, questionId, artifactId };
}
