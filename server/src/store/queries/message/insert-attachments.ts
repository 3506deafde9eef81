import type { Message } from "../../../core/sessions/index.ts";
import type { Sql } from "../sql.ts";

/** Inserts the rows that link a message to its attachments. */
export async function insertAttachments(
  sql: Sql,
  { id, attachments }: Pick<Message, "id" | "attachments">,
): Promise<void> {
  if (attachments.length === 0) return;
  await sql.rows(
    `insert into message_attachments (message_id, attachment_id, position)
     select $1, id, place from unnest($2::uuid[]) with ordinality as one (id, place) on conflict do nothing`,
    [id, attachments.map((one) => one.id)],
  );
}
