import type { RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { latestOf, pageSize } from "../api/latest-pages.ts";
import { named } from "../repository/named.ts";

/** Requests the latest 500 reviews. Returns them in the API's format, oldest first. */
export function askReviews(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  signal?: AbortSignal,
): Promise<unknown[]> {
  return latestOf<unknown>(500, (page) =>
    client.askIn(ref, `list the reviews of pull request ${number} of ${named(ref)}`, (request, path) =>
      request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
        ...path,
        pull_number: number,
        per_page: pageSize,
        page,
        ...(signal && { request: { signal } }),
      }),
    ),
  );
}
