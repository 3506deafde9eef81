import type { ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import { projectOf } from "../client/gitlab-client.ts";
import { apiPath } from "../client/gitlab-request.ts";

const places = { issue: "issues", pullRequest: "merge_requests" } as const;

/** Returns the API path of a conversation. */
export const threadPath = (repository: RepositoryRef, { kind, number }: ForgeThread): string =>
  apiPath`projects/${projectOf(repository)}/${places[kind]}/${number}`;

/** Returns the page of a comment. GitLab's API does not report it. */
export function noteUrl(
  webUrl: string,
  { owner, name }: Pick<RepositoryRef, "owner" | "name">,
  { kind, number }: ForgeThread,
  noteId: number,
): string {
  return `${webUrl}/${owner}/${name}/-/${places[kind]}/${number}#note_${noteId}`;
}
