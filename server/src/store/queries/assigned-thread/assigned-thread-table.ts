import { boolean, integer, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const assignedThreads = table("assigned_threads", {
  messageId: uuid,
  pullRequestId: uuid,
  threadId: text,
  commentId: text,
  position: integer,
  place: text,
  answer: text.orNull(),
  isFixed: boolean,
  commitSha: text.orNull(),
  repliedAt: timestamp.orNull(),
  resolvedAt: timestamp.orNull(),
  reason: text.orNull(),
  createdAt: timestamp,
});
