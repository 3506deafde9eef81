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
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ArtifactType = "PullRequest" | "ToolCall" | "Plan" | "Response" | "File" | "Service" | "Source";
