import type { Artifact, ArtifactType, Plan, PlanDecision } from "../../../core/sessions/index.ts";
import { boolean, text, textArray, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const artifacts = table("artifacts", {
  id: uuid,
  sessionId: uuid,
  turnId: uuid.orNull(),
  type: text.as<ArtifactType>(),
  title: text,
  outputType: text.as<NonNullable<Artifact["outputType"]>>().orNull(),
  content: text,
  description: text.orNull(),
  fileName: text.orNull(),
  contentType: text.orNull(),
  category: text.as<NonNullable<Artifact["category"]>>().orNull(),
  relatedPullRequestUrls: textArray,
  assetId: uuid.orNull(),
  path: text.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const plans = table(
  "plans",
  {
    isAskedFor: boolean,
    state: text.as<PlanDecision["state"]>(),
    comment: text.orNull(),
    messageId: uuid.orNull(),
    decidedAt: timestamp.orNull(),
  },
  ["artifact_id", "session_id", "turn_id"],
);

/**
 * SQL for the size, in bytes, of an artifact's file or, if it has none, of its content. PostgreSQL stores a value's length next to it, so this does
 * not read the content.
 */
export const sizeBytes = `coalesce(
  (select coalesce(octet_length(f.bytes), b.size_bytes::integer)
   from artifact_files f left join blobs b on b.id = f.blob_id where f.artifact_id = artifacts.id),
  octet_length(artifacts.content))`;
export const artifactColumns = `${artifacts.columnsOf("artifacts")}, ${sizeBytes} as "sizeBytes"`;
export const planColumns = `${artifactColumns}, ${plans.columnsOf("plans")}`;

export type PlanRow = Artifact & RowOf<typeof plans>;

export const toPlan = ({ isAskedFor, state, comment, messageId, decidedAt, ...artifact }: PlanRow): Plan => ({
  artifact,
  isAskedFor,
  decision: toDecision({ isAskedFor, state, comment, messageId, decidedAt }),
});

/** The table's check constraints guarantee that the non-null assertions hold. */
function toDecision(row: RowOf<typeof plans>): PlanDecision {
  if (row.state === "proposed") return { state: "proposed" };
  const made = { messageId: row.messageId!, decidedAt: row.decidedAt! };
  return row.state === "approved"
    ? { state: "approved", ...made }
    : { state: "rejected", comment: row.comment!, ...made };
}
