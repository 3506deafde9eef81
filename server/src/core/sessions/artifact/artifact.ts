import type { ArtifactCategory } from "@tembo/contract";

/** What a session made beside its pull requests: a text, or a file. */
export interface Artifact {
  readonly id: string;
  readonly sessionId: string;
  readonly turnId: string | null;
  readonly type: ArtifactType;
  readonly title: string;
  readonly outputType: "html" | "markdown" | "json" | "csv" | null;
  /** Empty for a file, and in lists. */
  readonly content: string;
  readonly description: string | null;
  readonly fileName: string | null;
  /** Of a file, whose bytes are kept apart; null for a text. */
  readonly contentType: string | null;
  readonly sizeBytes: number;
  readonly category: ArtifactCategory | null;
  readonly relatedPullRequestUrls: readonly string[];
  /** The attachment that it was made from, which may be gone. */
  readonly assetId: string | null;
  /** Of a file that was uploaded from the workspace, as it was named there. */
  readonly path: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const maxArtifactBytes = 5 * 1024 * 1024;
export const maxArtifactsOfSession = 200;
/** Of all artifacts of a session together. */
export const maxArtifactBytesOfSession = 100 * 1024 * 1024;

export type ArtifactType = "PullRequest" | "ToolCall" | "Plan" | "Response" | "File" | "Service" | "Source";
