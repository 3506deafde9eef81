import { AppError } from "../../base/index.ts";
import type { ForgesQueries } from "../ports.ts";
import type { PullRequest } from "./pull-request.ts";

/** Returns a pull request. Throws `not_found` if the organization has no such pull request. */
export async function getPullRequest(
  store: Pick<ForgesQueries, "pullRequests">,
  organizationId: string,
  id: string,
): Promise<PullRequest> {
  const pullRequest = await store.pullRequests.find(organizationId, id);
  if (pullRequest === null) throw new AppError("not_found", `Pull request ${id} was not found.`);
  return pullRequest;
}
