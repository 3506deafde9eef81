import type { ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";

/** The page a person opens for a comment: GitLab's API does not tell it. */
export function noteUrl(
  webUrl: string,
  { owner, name }: Pick<RepositoryRef, "owner" | "name">,
  { kind, number }: ForgeThread,
  noteId: number,
): string {
  const place = kind === "issue" ? "issues" : "merge_requests";
  return `${webUrl}/${owner}/${name}/-/${place}/${number}#note_${noteId}`;
}
