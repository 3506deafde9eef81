import type { ForgeReview, RepositoryRef } from "../../../core/forges/index.ts";
import { type GitlabUser, toUser } from "../access/user.ts";
import { type GitlabClient, projectOf } from "../client/gitlab-client.ts";
import { orNull } from "../client/gitlab-refusal.ts";

interface Approvals {
  readonly approved_by?: readonly { readonly user: GitlabUser; readonly approved_at?: string | null }[];
  readonly updated_at?: string;
}
interface Reviewer {
  readonly user: GitlabUser;
  readonly state?: string;
}

/**
 * GitLab keeps no reviews: who approves or requests changes is in that state until it is taken back. So the id is made of
 * state and person, the same as webhooks give it.
 */
export async function listReviews(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
): Promise<readonly ForgeReview[]> {
  const project = projectOf(repository);
  const [shown, approvals, reviewers] = await Promise.all([
    client.mergeRequests.show(project, number),
    client.approvals.showConfiguration(project, { mergerequestIId: number }),
    // Added in 13.8; only it tells of requested changes.
    orNull(client.mergeRequests.showReviewers(project, number)),
  ]);
  const { web_url: url, updated_at } = shown as unknown as { web_url: string; updated_at: string };
  const approved = ((approvals as unknown as Approvals).approved_by ?? []).map(({ user, approved_at }) =>
    toReview(user, "approved", url, new Date(approved_at ?? updated_at)),
  );
  const requesting = ((reviewers ?? []) as unknown as Reviewer[])
    .filter(({ state }) => state === "requested_changes")
    .map(({ user }) => toReview(user, "changesRequested", url, new Date(updated_at)));
  return [...approved, ...requesting].sort((a, b) => a.submittedAt.getTime() - b.submittedAt.getTime());
}

export function toReview(
  user: GitlabUser,
  state: ForgeReview["state"],
  url: string,
  submittedAt: Date,
): ForgeReview {
  return { id: `${state}-${user.id}`, author: toUser(user), state, body: "", url, submittedAt };
}
