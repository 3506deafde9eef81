import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";
import { maxProjectScriptLength } from "../limits.ts";
import { projectBuildStatus, projectSize } from "./project.ts";

export const projectBuildTrigger = z.enum(["manual", "scheduled", "rebuild"]);

export const projectBuild = z.strictObject({
  id: uuid,
  projectId: uuid,
  status: projectBuildStatus,
  trigger: projectBuildTrigger,
  sandboxSize: projectSize.describe("Size of the sandbox in which the build runs."),
  name: z.string().nullable(),
  failure: z.string().nullable(),
  progress: z
    .strictObject({
      phase: z.string().nullable(),
      message: z.string().nullable(),
      percent: z.number().min(0).max(100).nullable(),
      updatedAt: timestamp.nullable(),
    })
    .nullable(),
  repositoryIds: z.array(uuid).nullable(),
  setupScript: z.string().max(maxProjectScriptLength).nullable(),
  includeDeps: z.boolean(),
  includeSkills: z.boolean(),
  durationMs: z.number().min(0).nullable(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  completedAt: timestamp.nullable(),
  snapshotId: uuid
    .nullable()
    .describe("Snapshot that the build created, or an existing one if nothing had changed."),
});
export type ProjectBuild = z.infer<typeof projectBuild>;

export const projectBuildWithLogs = projectBuild.extend({ logs: z.string() });
export type ProjectBuildWithLogs = z.infer<typeof projectBuildWithLogs>;

export const projectBuildListQuery = cursorQuery;
export const projectBuildList = z.strictObject({ items: z.array(projectBuild), nextCursor: uuid.nullable() });
export type ProjectBuildList = z.infer<typeof projectBuildList>;
export const projectBuildParams = z.object({ projectId: uuid, buildId: uuid });

export const projectBuildCreateBody = z.strictObject({
  sizes: z
    .array(projectSize)
    .min(1)
    .max(100)
    .optional()
    .describe("One build serves all sizes. It runs in a sandbox of the largest of these."),
  snapshotId: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("Snapshot to build again, with the settings that it was built with."),
});
export type ProjectBuildCreateBody = z.infer<typeof projectBuildCreateBody>;
export const projectBuildsCreated = z.strictObject({
  jobIds: z.array(uuid).min(1).describe("ID of the build that serves the request."),
});
export type ProjectBuildsCreated = z.infer<typeof projectBuildsCreated>;
export const projectBuildCancelled = z.strictObject({ id: uuid, cancelled: z.literal(true) });
export type ProjectBuildCancelled = z.infer<typeof projectBuildCancelled>;

export const projectBuildLogHeaders = z.object({
  "last-event-id": z.coerce.number().int().min(0).optional(),
});
