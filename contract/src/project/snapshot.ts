import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";
import { maxProjectScriptLength } from "../limits.ts";
import { sandboxSize } from "../sandbox/sandbox.ts";
import { projectBuildTrigger } from "./build.ts";

/** A built environment. `size`, `cpu` and `memoryMb` are null, because one environment serves all sizes. */
export const projectSnapshot = z.strictObject({
  id: uuid,
  projectId: uuid,
  name: z.string().nullable(),
  isActive: z.boolean(),
  pinnedAt: timestamp.nullable(),
  size: sandboxSize.nullable(),
  sizeBytes: z.string().regex(/^\d+$/).nullable(),
  cpu: z.int().positive().nullable(),
  memoryMb: z.int().positive().nullable(),
  isKvm: z.boolean().nullable(),
  builtAt: timestamp.nullable(),
  buildDurationMs: z.number().min(0).nullable(),
  trigger: projectBuildTrigger.nullable(),
  hasSetupScript: z.boolean().nullable(),
  includesDeps: z.boolean().nullable(),
  includesRepos: z.boolean().nullable(),
  includesSkills: z.boolean().nullable(),
  rebuildOfSnapshotId: uuid.nullable(),
  repositoryIds: z.array(uuid).nullable(),
  setupScript: z.string().max(maxProjectScriptLength).nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type ProjectSnapshot = z.infer<typeof projectSnapshot>;

export const projectSnapshotListQuery = cursorQuery;
export const projectSnapshotList = z.strictObject({
  items: z.array(projectSnapshot),
  nextCursor: uuid.nullable(),
});
export type ProjectSnapshotList = z.infer<typeof projectSnapshotList>;
export const projectSnapshotParams = z.object({ projectId: uuid, snapshotId: uuid });

export const projectSnapshotUpdateBody = z.strictObject({
  name: z.string().max(120).nullish(),
  pinned: z.boolean().optional().describe("A pinned snapshot is kept until it is deleted."),
});
export type ProjectSnapshotUpdateBody = z.infer<typeof projectSnapshotUpdateBody>;
export const projectSnapshotDeleted = z.strictObject({
  id: uuid,
  deleted: z.literal(true),
  cleanupJobCount: z.int().min(0),
});
export type ProjectSnapshotDeleted = z.infer<typeof projectSnapshotDeleted>;
