import type { Forge } from "../forge/forge.ts";
import type { ForgeComment, ForgeThread } from "../forge/forge-comment.ts";
import type { RepositoryRef } from "../forge/forge-repository.ts";

/**
 * Posts a comment unless Tembo's account has already posted one with this marker in the thread. Replies inline if
 * `replyTo` is set and the thread is a pull request. Otherwise comments on the pull request or issue as a whole.
 * Returns true if it posted the comment.
 */
export async function postOnce(
  {
    forge,
    repository,
    ownId,
    comments,
  }: {
    readonly forge: Forge;
    readonly repository: RepositoryRef;
    readonly ownId: string;
    /** Comments of the thread, if the caller has read them. */
    readonly comments?: readonly ForgeComment[];
  },
  post: {
    readonly thread: ForgeThread;
    readonly replyTo: Pick<ForgeComment, "id" | "threadId"> | null;
    readonly marker: string;
    readonly body: string;
  },
): Promise<boolean> {
  const { thread, replyTo } = post;
  const known = comments ?? (await forge.listComments(repository, thread));
  if (known.some(({ author, body }) => author.id === ownId && body.includes(post.marker))) return false;
  const body = `${post.body}\n\n${post.marker}\n`;
  if (replyTo === null || thread.kind === "issue") await forge.comment(repository, thread, body);
  else await forge.replyInline(repository, thread.number, replyTo, body);
  return true;
}
