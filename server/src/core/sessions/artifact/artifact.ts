import type { ArtifactCategory } from "@tembo/contract";

/** A text or a file that a turn produced, or that a person added to a session. */
export interface Artifact {
  readonly id: string;
  readonly sessionId: string;
  readonly turnId: string | null;
  readonly type: ArtifactType;
  readonly title: string;
  readonly outputType: "html" | "markdown" | "json" | "csv" | null;
  /** Artifact text. Empty for a file and in lists. */
  readonly content: string;
  readonly description: string | null;
  readonly fileName: string | null;
  /** Content type of a file, whose bytes are stored separately, or null for a text. */
  readonly contentType: string | null;
  readonly sizeBytes: number;
  readonly category: ArtifactCategory | null;
  readonly relatedPullRequestUrls: readonly string[];
  /** ID of the attachment from which the artifact was created, or null. The attachment may have been deleted. */
  readonly assetId: string | null;
  /** Path of a file that was uploaded from the workspace, as given in the upload, or null for any other artifact. */
  readonly path: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const maxArtifactBytes = 5 * 1024 * 1024;
export const maxArtifactsOfSession = 200;
/** Maximum total size of a session's artifacts. */
export const maxArtifactBytesOfSession = 100 * 1024 * 1024;

export type ArtifactType = "PullRequest" | "ToolCall" | "Plan" | "Response" | "File" | "Service" | "Source";
