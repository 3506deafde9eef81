import type { Artifact as ArtifactView, ArtifactWithContent } from "@tembo/contract";
import { operations } from "@tembo/contract";
import type { Artifact } from "../../../core/sessions/index.ts";

const contentTypes = {
  html: "text/html",
  markdown: "text/markdown",
  json: "application/json",
  csv: "text/csv",
} as const;

export function artifactView(artifact: Artifact): ArtifactView {
  const { outputType, contentType } = artifact;
  return {
    id: artifact.id,
    sessionId: artifact.sessionId,
    type: artifact.type,
    title: artifact.title,
    description: artifact.description,
    category: artifact.category,
    fileKind: fileKindOf(artifact),
    outputType: contentType === null ? outputType : "asset",
    contentType: contentType ?? (outputType === null ? null : contentTypes[outputType]),
    fileName: artifact.fileName,
    sizeBytes: artifact.sizeBytes,
    assetId: contentType === null ? null : (artifact.assetId ?? artifact.id),
    sourceUrl: null,
    serviceUrl: null,
    servicePort: null,
    runtime: null,
    relatedPullRequestUrls: [...artifact.relatedPullRequestUrls],
    createdAt: artifact.createdAt.toISOString(),
    updatedAt: artifact.updatedAt.toISOString(),
  };
}

function fileKindOf({ outputType, contentType }: Artifact): ArtifactView["fileKind"] {
  if (contentType === null) return outputType === "html" || outputType === "markdown" ? outputType : "text";
  const [kind] = contentType.split("/");
  return kind === "image" || kind === "video" || kind === "audio" || kind === "text" ? kind : "file";
}

export function artifactWithContentView(publicUrl: string, artifact: Artifact): ArtifactWithContent {
  const { id, content, contentType } = artifact;
  const assetUrl =
    contentType === null ? null : `${publicUrl}${operations.artifactFile.path.replace("{artifactId}", id)}`;
  return { ...artifactView(artifact), content, assetUrl };
}
