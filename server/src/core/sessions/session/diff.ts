/** A session's changes in a repository, compared with the commit where the work started. */
export interface Diff {
  readonly id: string;
  readonly sessionId: string;
  readonly repositoryId: string;
  /** The repository's folder in the workspace. */
  readonly root: string;
  readonly branch: string;
  readonly baseSha: string | null;
  readonly headSha: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly capturedAt: Date;
}
