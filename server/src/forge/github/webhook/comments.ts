import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { comment, inlineComment } from "../read/comment.ts";
import { readBody } from "../read/read.ts";
import { about, actionOf } from "./about.ts";

const number = z.number().int();
const issueComment = z.object({
  ...about,
  comment,
  issue: z.object({ number, pull_request: z.object({}).nullish() }),
});
const reviewComment = z.object({ ...about, comment: inlineComment, pull_request: z.object({ number }) });

/** Parses `issue_comment`, which GitHub also sends for pull requests. Returns an event only for a new comment. */
export function readIssueComment(json: unknown): readonly ForgeEvent[] {
  if (actionOf(json) !== "created") return [];
  const { repository, sender, comment: made, issue } = readBody(issueComment, json);
  const kind = issue.pull_request ? "pullRequest" : "issue";
  return [
    {
      type: "comment.created",
      repository,
      actor: sender ?? made.author,
      at: made.createdAt,
      thread: { kind, number: issue.number },
      comment: made,
    },
  ];
}

/** Parses `pull_request_review_comment`. Returns an event only for a new comment. */
export function readInlineComment(json: unknown): readonly ForgeEvent[] {
  if (actionOf(json) !== "created") return [];
  const { repository, sender, comment: made, pull_request: on } = readBody(reviewComment, json);
  return [
    {
      type: "comment.created",
      repository,
      actor: sender ?? made.author,
      at: made.createdAt,
      thread: { kind: "pullRequest", number: on.number },
      comment: made,
    },
  ];
}
