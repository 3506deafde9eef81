import type { ForgeComment, ForgeThread, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { comment as commentReader, inlineComment } from "../read/comment.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";

export async function writeComment(
  client: GithubClient,
  ref: RepositoryRef,
  thread: ForgeThread,
  body: string,
): Promise<ForgeComment> {
  const { data } = await client.askIn(ref, `comment on ${thread.number} in ${named(ref)}`, (request, path) =>
    request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...path,
      issue_number: thread.number,
      body,
    }),
  );
  return readAnswer(commentReader, data);
}

/** Replies in a thread of inline comments. GitHub accepts replies only to the first comment in a thread. Its ID is the `threadId`. */
export async function replyInline(
  client: GithubClient,
  ref: RepositoryRef,
  number: number,
  input: { readonly to: Pick<ForgeComment, "id" | "threadId">; readonly body: string },
): Promise<ForgeComment> {
  const what = `reply to the inline comment on pull request ${number} of ${named(ref)}`;
  const { data } = await client.askIn(ref, what, (request, path) =>
    request("POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", {
      ...path,
      pull_number: number,
      comment_id: Number(input.to.threadId ?? input.to.id),
      body: input.body,
    }),
  );
  return readAnswer(inlineComment, data);
}

export async function updateComment(
  client: GithubClient,
  ref: RepositoryRef,
  input: {
    readonly number: number;
    readonly comment: Pick<ForgeComment, "id" | "kind">;
    readonly body: string;
  },
): Promise<void> {
  const { number, comment, body } = input;
  const commentId = Number(comment.id);
  await client.askIn<unknown>(ref, `edit a comment on ${number} in ${named(ref)}`, (request, path) => {
    switch (comment.kind) {
      case "comment":
        return request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
          ...path,
          comment_id: commentId,
          body,
        });
      case "inline":
        return request("PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}", {
          ...path,
          comment_id: commentId,
          body,
        });
      case "review":
        return request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", {
          ...path,
          pull_number: number,
          review_id: commentId,
          body,
        });
    }
  });
}
