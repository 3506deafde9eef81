/** What a session made beside its pull requests, as a text. */
export interface Artifact {
  readonly id: string;
  readonly sessionId: string;
  readonly turnId: string | null;
  readonly type: ArtifactType;
  readonly title: string;
  readonly outputType: "html" | "markdown" | "json" | "csv" | null;
  readonly content: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type ArtifactType = "PullRequest" | "ToolCall" | "Plan" | "Response" | "File" | "Service" | "Source";
