import { z } from "zod";
import type { ForgeReview, RepositoryRef } from "../../../core/forges/index.ts";
import { apiUserSchema, type GitlabUser, toUser } from "../access/user.ts";
import type { GitlabClient } from "../client/gitlab-client.ts";
import { orNull } from "../client/gitlab-refusal.ts";
import { mergeRequestPath } from "./merge-request.ts";

const reviewedSchema = z.object({ web_url: z.string(), updated_at: z.string() });
const approvalsSchema = z.object({
  approved_by: z.array(z.object({ user: apiUserSchema, approved_at: z.string().nullish() })).nullish(),
});
const reviewerSchema = z.object({ user: apiUserSchema, state: z.string().nullish() });

/**
 * Lists the reviews. GitLab does not store reviews. An approval or a change request is a state of the user until the user withdraws it. A
 * review's ID therefore consists of the state and the user, as in webhooks.
 */
export async function listReviews(
  client: GitlabClient,
  repository: RepositoryRef,
  number: number,
): Promise<readonly ForgeReview[]> {
  const path = mergeRequestPath(repository, number);
  const [{ web_url: url, updated_at }, approvals, reviewers] = await Promise.all([
    client.read(reviewedSchema, { path }),
    client.read(approvalsSchema, { path: `${path}/approvals` }),
    // GitLab has this endpoint since version 13.8. Only this endpoint reports requested changes.
    orNull(client.list(reviewerSchema, { path: `${path}/reviewers` })),
  ]);
  const approved = (approvals.approved_by ?? []).map(({ user, approved_at }) =>
    toReview(user, "approved", url, new Date(approved_at ?? updated_at)),
  );
  const requesting = (reviewers ?? [])
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
