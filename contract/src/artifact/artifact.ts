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

/** What a session made beside its pull requests. */
export const artifact = z.strictObject({
  id: uuid,
  sessionId: uuid,
  type: artifactType,
  title: z.string(),
  description: z.string().nullable(),
  category: z.null(),
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

export const artifactParams = z.object({ artifactId: uuid });
export const artifactListQuery = cursorQuery.extend({
  sessionId: uuid.optional(),
  jobId: z.string().min(1).max(255).optional().describe("The turn that they came from."),
  types: queryList(artifactType).optional(),
});
export const artifactList = z.strictObject({ items: z.array(artifact), nextCursor: uuid.nullable() });
export type ArtifactList = z.infer<typeof artifactList>;
