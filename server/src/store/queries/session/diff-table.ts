import { integer, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const diffs = table(
  "diffs",
  {
    id: uuid,
    sessionId: uuid,
    repositoryId: uuid,
    root: text,
    branch: text,
    baseSha: text.orNull(),
    headSha: text,
    additions: integer,
    deletions: integer,
    changedFiles: integer,
    capturedAt: timestamp,
  },
  ["patch", "is_complete"],
);
