import type { BlobKind, BlobRecord, Sealed } from "../../../core/base/index.ts";
import { bigint, bytes, text, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const blobs = table("blobs", {
  id: uuid,
  organizationId: uuid,
  kind: text.as<BlobKind>(),
  sealedKey: bytes,
  masterKeyId: text,
  sizeBytes: bigint,
  storedBytes: bigint,
  sha256: text,
  createdAt: timestamp,
});

export const toBlob = ({
  sealedKey,
  masterKeyId,
  ...blob
}: RowOf<typeof blobs>): { readonly blob: BlobRecord; readonly sealedKey: Sealed } => ({
  blob,
  sealedKey: { bytes: sealedKey, masterKeyId },
});

/** Columns that refer to blobs. A blob remains while one of them contains its ID. A test compares the list with the schema. */
export const blobOwners: readonly { readonly table: string; readonly column: string }[] = [
  { table: "attachments", column: "blob_id" },
  { table: "artifact_files", column: "blob_id" },
  { table: "turn_protocol_log", column: "blob_id" },
  { table: "session_workspaces", column: "workspace_blob_id" },
  { table: "session_workspaces", column: "home_blob_id" },
  { table: "saved_captures", column: "former_blob_id" },
  { table: "saved_captures", column: "own_blob_id" },
  { table: "saved_layers", column: "blob_id" },
];

/** Condition that no row refers to the blob. */
export const isUnused = blobOwners
  .map(({ table, column }) => `not exists (select from ${table} where ${table}.${column} = blobs.id)`)
  .join(" and ");
