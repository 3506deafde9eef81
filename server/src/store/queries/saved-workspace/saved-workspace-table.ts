import type { SavedTier } from "../../../core/turns/index.ts";
import { boolean, json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const sessionWorkspaces = table("session_workspaces", {
  sessionId: uuid,
  machineId: uuid,
  tier: text.as<SavedTier>().orNull(),
  workspaceBlobId: uuid.orNull(),
  homeBlobId: uuid.orNull(),
  savedAt: timestamp.orNull(),
  promptedTurnId: uuid.orNull(),
  isCurrent: boolean,
  unsavedReason: text.orNull(),
});

export const savedCaptures = table("saved_captures", {
  sessionId: uuid,
  repositoryId: uuid,
  refs: json<Readonly<Record<string, string>>>(),
  exclude: text.orNull(),
  formerBlobId: uuid.orNull(),
  ownBlobId: uuid.orNull(),
});
