import { z } from "zod";
import { cursorQuery, queryList, timestamp, uuid } from "../common.ts";

export const artifactType = z.enum([
  "PullRequest",
  "ToolCall",
  "Plan",
  "Response",
  "File",
  "Service",
  "Source",
]);

export const artifactCategory = z.enum([
  "code_walkthrough",
  "bug_report",
  "incident_report",
  "license_audit",
  "data_flow_map",
  "security_findings",
  "cost_map",
  "ux_variations",
  "architecture_map",
  "migration_summary",
  "release_checklist",
  "shipped_summary",
  "rollout_plan",
  "diagram",
  "chart",
  "dashboard",
  "timeline",
  "comparison",
  "report",
]);
export type ArtifactCategory = z.infer<typeof artifactCategory>;

/** A result of a session, other than a pull request. */
export const artifact = z.strictObject({
  id: uuid,
  sessionId: uuid,
  type: artifactType,
  title: z.string(),
  description: z.string().nullable(),
  category: artifactCategory.nullable(),
  fileKind: z.enum(["image", "video", "audio", "html", "markdown", "text", "file"]),
  outputType: z.enum(["html", "markdown", "json", "csv", "asset"]).nullable(),
  contentType: z.string().nullable(),
  fileName: z.string().nullable(),
  sizeBytes: z.int().min(0).nullable(),
  assetId: uuid.nullable(),
  sourceUrl: z.url().nullable(),
  serviceUrl: z.url().nullable(),
  servicePort: z.int().min(1).max(65_535).nullable(),
  runtime: z.null(),
  relatedPullRequestUrls: z.array(z.url()),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Artifact = z.infer<typeof artifact>;
export const artifactWithContent = artifact.extend({ content: z.string(), assetUrl: z.url().nullable() });
export type ArtifactWithContent = z.infer<typeof artifactWithContent>;

const fileName = z.string().min(1).max(255).optional();
/**
 * Body of a request that creates an artifact. Text is limited to 5 MiB of UTF-8. An asset is a file that was uploaded
 * to `/v1/attachments`.
 */
export const artifactCreateBody = z.strictObject({
  sessionId: uuid,
  title: z.string().min(1).max(200),
  output: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.enum(["html", "markdown", "json", "csv"]),
      content: z.string().min(1),
      fileName,
    }),
    z.strictObject({
      type: z.literal("asset"),
      assetId: uuid.describe("ID of an attachment."),
      fileName,
    }),
  ]),
  description: z.string().min(1).max(2_000).optional(),
  category: artifactCategory.optional(),
  relatedPullRequestUrls: z.array(z.url().max(2_000)).max(20).optional(),
});
export type ArtifactCreateBody = z.infer<typeof artifactCreateBody>;

export const artifactParams = z.object({ artifactId: uuid });
export const artifactListQuery = cursorQuery.extend({
  sessionId: uuid.optional(),
  jobId: z.string().min(1).max(255).optional().describe("ID of the turn that created the artifacts."),
  types: queryList(artifactType).optional(),
});
export const artifactList = z.strictObject({ items: z.array(artifact), nextCursor: uuid.nullable() });
export type ArtifactList = z.infer<typeof artifactList>;
