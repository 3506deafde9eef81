import type { ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import { projectOf } from "../client/gitlab-client.ts";
import { apiPath } from "../client/gitlab-request.ts";

const places = { issue: "issues", pullRequest: "merge_requests" } as const;

/** The path of a conversation in GitLab's API. */
export const threadPath = (repository: RepositoryRef, { kind, number }: ForgeThread): string =>
  apiPath`projects/${projectOf(repository)}/${places[kind]}/${number}`;

/** The page a person opens for a comment: GitLab's API does not tell it. */
export function noteUrl(
  webUrl: string,
  { owner, name }: Pick<RepositoryRef, "owner" | "name">,
  { kind, number }: ForgeThread,
  noteId: number,
): string {
  return `${webUrl}/${owner}/${name}/-/${places[kind]}/${number}#note_${noteId}`;
}
