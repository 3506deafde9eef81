import { z } from "zod";
import type { ForgeComment, ForgeThread, Reaction, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";

const contents = { seen: "eyes", done: "rocket", refused: "confused" } as const;
const reviewReader = z.object({ node_id: z.string() });

/** GraphQL mutation, because the REST API has no endpoint for reactions to reviews. */
export const addReaction = `mutation ($subjectId: ID!, $content: ReactionContent!) {
  addReaction(input: { subjectId: $subjectId, content: $content }) { reaction { content } }
}`;

export interface ReactInput {
  readonly thread: ForgeThread;
  /** Comment that receives the reaction, or null for the pull request or issue itself. */
  readonly comment: Pick<ForgeComment, "id" | "kind"> | null;
  readonly reaction: Reaction;
}

/** Adds a reaction. GitHub stores one reaction per kind and user, so a repeated call has no effect. */
export async function react(client: GithubClient, ref: RepositoryRef, input: ReactInput): Promise<void> {
  const { thread, comment, reaction } = input;
  const what = `react in ${thread.number} of ${named(ref)}`;
  const content = contents[reaction];
  if (comment?.kind === "review") {
    const { data } = await client.askIn(ref, what, (request, path) =>
      request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", {
        ...path,
        pull_number: thread.number,
        review_id: Number(comment.id),
      }),
    );
    const { node_id: subjectId } = readAnswer(reviewReader, data);
    await client.graphql(what, addReaction, { subjectId, content: content.toUpperCase() });
    return;
  }
  await client.askIn<unknown>(ref, what, (request, path) => {
    if (comment === null) {
      return request("POST /repos/{owner}/{repo}/issues/{issue_number}/reactions", {
        ...path,
        issue_number: thread.number,
        content,
      });
    }
    const input = { ...path, comment_id: Number(comment.id), content };
    return comment.kind === "inline"
      ? request("POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions", input)
      : request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", input);
  });
}
