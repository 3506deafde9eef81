import type { ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import { projectOf } from "../client/gitlab-client.ts";
import { apiPath } from "../client/gitlab-request.ts";

const places = { issue: "issues", pullRequest: "merge_requests" } as const;

export const threadPath = (repository: RepositoryRef, { kind, number }: ForgeThread): string =>
  apiPath`projects/${projectOf(repository)}/${places[kind]}/${number}`;

/** Returns the URL of a comment's page, which GitLab's API does not return. */
export function noteUrl(
  webUrl: string,
  { owner, name }: Pick<RepositoryRef, "owner" | "name">,
  { kind, number }: ForgeThread,
  noteId: number,
): string {
  return `${webUrl}/${owner}/${name}/-/${places[kind]}/${number}#note_${noteId}`;
}
