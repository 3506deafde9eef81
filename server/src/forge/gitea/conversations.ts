import type {
  CreateIssueCommentOption,
  CreatePullReviewOptions,
  EditIssueCommentOption,
  EditReactionOption,
} from "gitea-js";
import { z } from "zod";
import { AppError } from "../../core/base/index.ts";
import type {
  ForgeComment,
  ForgeConversations,
  ForgeThread,
  Reaction,
  RepositoryRef,
} from "../../core/forges/index.ts";
import { forgeError } from "../forge-error.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { listInlineComments } from "./inline-comments.ts";
import { placeOfThread, readComment, readInlineComment } from "./reading.ts";
import { comment as commentShape, reviewComment, review as reviewShape, user } from "./shapes.ts";

const maxComments = 500;
const contents: Readonly<Record<Reaction, string>> = { seen: "eyes", done: "rocket", refused: "confused" };
const permission = z.object({ permission: z.string(), user: user.nullish() });

export function giteaConversations(client: GiteaClient): ForgeConversations {
  const threadName = (repository: RepositoryRef, { kind, number }: ForgeThread) =>
    `${kind === "issue" ? "issue" : "pull request"} ${number} of ${nameOf(repository)}`;

  /**
   * Returns the number under which the API accepts edits and reactions for a comment. For a review, this is the number of the comment that
   * represents the review, because edits and reactions apply to that comment. Reads this number from the review's URL. Returns null if the
   * review does not exist.
   */
  async function commentNumber(
    repository: RepositoryRef,
    thread: ForgeThread,
    comment: Pick<ForgeComment, "id" | "kind">,
  ): Promise<string | null> {
    if (comment.kind !== "review") return comment.id;
    if (!/^\d+$/.test(comment.id)) return null;
    const found = await client.find(reviewShape, {
      path: `${repositoryPath(repository)}/pulls/${thread.number}/reviews/${comment.id}`,
      what: `read a review of ${threadName(repository, thread)}`,
    });
    return /#issuecomment-(\d+)$/.exec(found?.html_url ?? "")?.[1] ?? null;
  }

  return {
    async listComments(repository, thread) {
      const what = `list the comments of ${threadName(repository, thread)}`;
      const path = `${repositoryPath(repository)}/issues/${thread.number}/comments`;
      const plain = await client.read(z.array(commentShape).nullable(), { path, what });
      const comments = (plain ?? []).map(readComment);
      if (thread.kind === "pullRequest") {
        comments.push(...(await listInlineComments(client, repository, thread.number, null)));
      }
      const inOrder = comments.sort(
        (one, other) => +one.createdAt - +other.createdAt || Number(one.id) - Number(other.id),
      );
      return inOrder.slice(-maxComments);
    },

    async comment(repository, thread, body) {
      const made = await client.read(commentShape, {
        method: "POST",
        path: `${repositoryPath(repository)}/issues/${thread.number}/comments`,
        body: { body } satisfies CreateIssueCommentOption,
        what: `comment on ${threadName(repository, thread)}`,
      });
      return readComment(made);
    },

    async replyInline(repository, number, to, body) {
      const what = `reply to an inline comment on pull request ${number} of ${nameOf(repository)}`;
      const place = placeOfThread(to.threadId ?? "") ?? (await findCommentPlace(repository, number, to.id));
      if (place === null) {
        throw new AppError(
          "forge_failed",
          `Gitea could not ${what}: the comment no longer exists. Write a new comment instead.`,
        );
      }
      const { path, line, side } = place;
      // Not every version has an endpoint for replies. In all versions, a comment on the same line becomes part of the conversation.
      const at = side === "old" ? { old_position: line ?? 0 } : { new_position: line ?? 0 };
      const reviews = `${repositoryPath(repository)}/pulls/${number}/reviews`;
      const review = {
        event: "COMMENT",
        comments: [{ path, body, ...at }],
      } satisfies CreatePullReviewOptions;
      const made = await client.read(reviewShape, { method: "POST", path: reviews, body: review, what });
      const [comment] = await client.read(z.array(reviewComment), {
        path: `${reviews}/${made.id}/comments`,
        what,
      });
      if (comment === undefined) {
        throw new AppError(
          "forge_failed",
          "Gitea accepted the reply but did not return it. Check the pull request on Gitea.",
        );
      }
      return readInlineComment(comment, made.id);
    },

    async updateComment(repository, thread, comment, body) {
      const what = `edit a comment on ${threadName(repository, thread)}`;
      const number = await commentNumber(repository, thread, comment);
      if (number === null)
        throw new AppError("forge_failed", `Gitea could not ${what}: the comment no longer exists.`);
      const edited = { body } satisfies EditIssueCommentOption;
      const path = `${repositoryPath(repository)}/issues/comments/${number}`;
      await client.send({ method: "PATCH", path, body: edited, what });
    },

    async react(repository, thread, comment, reaction) {
      const number = comment && (await commentNumber(repository, thread, comment));
      if (comment !== null && number === null) return false;
      const below = number === null ? thread.number : `comments/${number}`;
      const what = `react to ${threadName(repository, thread)}`;
      const answer = await client.send({
        method: "POST",
        path: `${repositoryPath(repository)}/issues/${below}/reactions`,
        body: { content: contents[reaction] } satisfies EditReactionOption,
        what,
        answers: [403],
      });
      if (answer.status !== 403) return true;
      const words = z.object({ message: z.string() }).safeParse(answer.body).data?.message ?? "";
      // The administrator configures which reactions are allowed.
      if (/not an allowed reaction/i.test(words)) return false;
      throw forgeError({ forge: "Gitea", what, status: 403, words });
    },

    async canWrite(repository, { id, login }) {
      const found = await client.find(permission, {
        path: `${repositoryPath(repository)}/collaborators/${encodeURIComponent(login)}/permission`,
        what: `read the permissions of ${login} in ${nameOf(repository)}`,
      });
      // The login may now belong to another user.
      if (found === null || (found.user && String(found.user.id) !== id)) return false;
      return ["owner", "admin", "write"].includes(found.permission);
    },
  };

  async function findCommentPlace(repository: RepositoryRef, number: number, id: string) {
    const comments = await listInlineComments(client, repository, number, null);
    return comments.find((one) => one.kind === "inline" && one.id === id)?.place ?? null;
  }
}
