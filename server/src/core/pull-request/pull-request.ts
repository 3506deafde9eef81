/** A session's pull request, as last seen on its forge. */
export interface PullRequest {
  readonly id: string;
  readonly organizationId: string;
  readonly sessionId: string;
  readonly repositoryId: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "merged" | "closed";
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly headSha: string;
  readonly additions: number;
  readonly deletions: number;
  readonly mergedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
