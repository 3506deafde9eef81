import { z } from "zod";
import type { ForgeComment, ForgeReview } from "../../../core/forges/index.ts";
import { id, text, time } from "./read.ts";
import { author } from "./user.ts";

/** States by GitHub's name. The API uses uppercase names, and webhooks use lowercase names. */
const states: Readonly<Record<string, ForgeReview["state"]>> = {
  approved: "approved",
  changes_requested: "changesRequested",
  commented: "commented",
  dismissed: "dismissed",
};

/** Parses a review. The result is null for a pending review or an unknown state. */
export const review = z
  .object({
    id,
    user: author,
    state: z.string(),
    body: text,
    html_url: z.string(),
    submitted_at: time.nullish(),
  })
  .transform((raw): ForgeReview | null => {
    const state = states[raw.state.toLowerCase()];
    if (state === undefined || !raw.submitted_at) return null;
    const { id: reviewId, user, body, html_url, submitted_at } = raw;
    return { id: reviewId, author: user, state, body, url: html_url, submittedAt: submitted_at };
  });

/** Returns the summary of a review as a comment. */
export function reviewComment({
  id: reviewId,
  author: by,
  body,
  url,
  submittedAt,
}: ForgeReview): ForgeComment {
  return {
    id: reviewId,
    kind: "review",
    author: by,
    body,
    url,
    place: null,
    threadId: null,
    reviewId,
    createdAt: submittedAt,
    updatedAt: submittedAt,
  };
}
