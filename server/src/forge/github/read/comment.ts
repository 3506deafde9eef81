import { z } from "zod";
import type { ForgeComment } from "../../../core/forges/index.ts";
import { id, text, time } from "./read.ts";
import { author } from "./user.ts";

const common = {
  id,
  body: text,
  user: author,
  html_url: z.string(),
  created_at: time,
  updated_at: time,
};

/** Parses a comment on a pull request or an issue. */
export const comment = z.object(common).transform(
  (raw): ForgeComment => ({
    ...shared(raw),
    kind: "comment",
    place: null,
    threadId: null,
    reviewId: null,
  }),
);

/** Parses an inline comment. A reply contains the ID of the first comment in its thread. */
export const inlineComment = z
  .object({
    ...common,
    path: z.string(),
    line: z.number().int().nullish(),
    side: z.string().nullish(),
    diff_hunk: z.string().nullish(),
    in_reply_to_id: id.nullish(),
    pull_request_review_id: id.nullish(),
  })
  .transform(
    (raw): ForgeComment => ({
      ...shared(raw),
      kind: "inline",
      place: {
        path: raw.path,
        line: raw.line ?? null,
        side: raw.side === "LEFT" ? "old" : "new",
        diffHunk: raw.diff_hunk ?? null,
      },
      threadId: raw.in_reply_to_id ?? raw.id,
      reviewId: raw.pull_request_review_id ?? null,
    }),
  );

function shared(raw: {
  readonly id: string;
  readonly body: string;
  readonly user: ForgeComment["author"];
  readonly html_url: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}): Pick<ForgeComment, "id" | "author" | "body" | "url" | "createdAt" | "updatedAt"> {
  return {
    id: raw.id,
    author: raw.user,
    body: raw.body,
    url: raw.html_url,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}
