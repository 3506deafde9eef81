import { z } from "zod";
import type { ForgePullRequest } from "../../../core/forges/index.ts";
import { id, text, time } from "./read.ts";
import { user } from "./user.ts";

const side = z.object({ ref: z.string(), sha: z.string(), repo: z.object({ id }).nullish() });

const fields = z.object({
  id,
  node_id: z.string().nullish(),
  number: z.number().int(),
  html_url: z.string(),
  title: z.string(),
  body: text,
  state: z.enum(["open", "closed"]),
  draft: z.boolean().nullish(),
  head: side,
  base: side,
  user: user.nullish(),
  requested_reviewers: z.array(user).nullish().catch(null),
  labels: z.array(z.object({ name: z.string() })).nullish(),
  mergeable: z.boolean().nullish(),
  mergeable_state: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  merged_at: time.nullish(),
  closed_at: time.nullish(),
  created_at: time,
  updated_at: time,
});
type Fields = z.output<typeof fields>;

/** Parses a pull request from a list or from its own endpoint. Only the latter includes its mergeability. */
export const pullRequest = fields.transform(
  (raw): ForgePullRequest => ({
    number: raw.number,
    externalId: raw.id,
    url: raw.html_url,
    title: raw.title,
    body: raw.body,
    status: raw.state === "open" ? "open" : raw.merged_at ? "merged" : "closed",
    isDraft: raw.draft === true,
    head: raw.head.ref,
    base: raw.base.ref,
    headSha: raw.head.sha,
    // The head repository is missing if it was a fork that has been deleted.
    isFromFork: raw.head.repo?.id !== raw.base.repo?.id,
    author: raw.user ?? null,
    reviewRequests: { users: raw.requested_reviewers ?? null, keepsReviewed: false },
    labels: raw.labels?.map(({ name }) => name) ?? [],
    mergeability: mergeabilityOf(raw),
    mergedAt: raw.merged_at ?? null,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  }),
);

/** Parses pull request details that only the GitHub adapter uses. */
export const pullRequestDetails = fields.transform((raw) => ({
  nodeId: raw.node_id ?? null,
  mergeCommitSha: raw.merge_commit_sha ?? null,
}));

function mergeabilityOf({ state, mergeable, mergeable_state }: Fields): ForgePullRequest["mergeability"] {
  if (state !== "open") return "unknown";
  if (mergeable === false || mergeable_state === "dirty") return "conflicting";
  if (mergeable !== true) return "unknown";
  return ["blocked", "behind", "draft"].includes(mergeable_state ?? "") ? "blocked" : "mergeable";
}
