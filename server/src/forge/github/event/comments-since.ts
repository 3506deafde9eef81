import { z } from "zod";
import type { ForgeComment, ForgeEvent, ForgeThread } from "../../../core/forges/index.ts";
import { pageSize, pagesOf } from "../api/latest-pages.ts";
import { absentAsNull } from "../api/refusal.ts";
import { comment as commentReader, inlineComment } from "../read/comment.ts";
import { readAnswer } from "../read/read.ts";
import { named } from "../repository/named.ts";
import { maxPollPages, type Poll } from "./poll.ts";

const routes = {
  below: "GET /repos/{owner}/{repo}/issues/comments",
  inline: "GET /repos/{owner}/{repo}/pulls/comments",
} as const;

/** Returns the repository's new comments, both in threads and inline. */
export async function commentsSince(poll: Poll): Promise<readonly ForgeEvent[]> {
  const below = readAnswer(z.array(commentReader), await list(poll, routes.below));
  const inline = readAnswer(z.array(inlineComment), await list(poll, routes.inline));
  return [...below, ...inline].flatMap((comment): ForgeEvent[] => {
    // GitHub's filter `since` applies to the last change, but an edit is not an event.
    const thread = threadOf(comment);
    if (comment.createdAt < poll.since || thread === null) return [];
    const { repository } = poll;
    return [
      { type: "comment.created", repository, actor: comment.author, at: comment.createdAt, thread, comment },
    ];
  });
}

async function list(
  { client, ref, since, signal }: Poll,
  route: (typeof routes)[keyof typeof routes],
): Promise<unknown[]> {
  const asked = pagesOf<unknown>(maxPollPages, async (page) => {
    const { data } = await client.askIn<{ data: unknown[] }>(
      ref,
      `list the comments of ${named(ref)}`,
      (request, path) =>
        request(route, {
          ...path,
          sort: "updated",
          direction: "asc",
          since: since.toISOString(),
          per_page: pageSize,
          page,
          request: { signal },
        }),
    );
    return { data };
  });
  return (await absentAsNull(asked, [404, 410])) ?? [];
}

/** Derives the thread from the comment's URL, such as ".../pull/7#issuecomment-1" or ".../issues/7#issuecomment-1". Returns null for other URLs. */
function threadOf({ url }: ForgeComment): ForgeThread | null {
  const match = /\/(pull|issues)\/(\d+)(?:\/[^#]*)?#/.exec(url);
  if (match === null) return null;
  return { kind: match[1] === "pull" ? "pullRequest" : "issue", number: Number(match[2]) };
}
