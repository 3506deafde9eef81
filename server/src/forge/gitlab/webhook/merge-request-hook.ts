import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { toUser } from "../access/user.ts";
import { isDraftTitle } from "../pull-requests/merge-request.ts";
import { toReview } from "../pull-requests/reviews.ts";
import { mergeRequestSchema, pullRequestOf } from "./merge-request-payload.ts";
import { optionalText, projectSchema, repositoryOf, userSchema } from "./payload.ts";

const change = z.object({ previous: z.unknown(), current: z.unknown() }).optional().catch(undefined);

const schema = z.object({
  user: userSchema,
  project: projectSchema,
  object_attributes: mergeRequestSchema.extend({ action: optionalText, oldrev: optionalText }),
  reviewers: z.array(userSchema).nullish().catch(null),
  changes: z
    .object({
      title: change,
      description: change,
      target_branch: change,
      labels: change,
      reviewers: change,
      draft: change,
    })
    .nullish()
    .transform((changes) => changes ?? {}),
});

type Changes = z.infer<typeof schema>["changes"];
type PullRequestEventType = Extract<ForgeEvent, { readonly pullRequest: unknown }>["type"];

/**
 * Parses a merge request event. An event without an action reports a change that no user made, so it yields no event. Source: "Webhook
 * events: Merge request events".
 */
export function readMergeRequestHook(body: unknown): readonly ForgeEvent[] {
  const { user, project, object_attributes, reviewers, changes } = schema.parse(body);
  const pullRequest = pullRequestOf(object_attributes, project, user, reviewers ?? null);
  const about = {
    repository: repositoryOf(project),
    actor: toUser(user),
    at: object_attributes.updated_at,
  };
  const reviewState = reviewStateOf(object_attributes.action ?? "", changes, user.id);
  const reviewed: ForgeEvent[] =
    reviewState === null
      ? []
      : [
          {
            ...about,
            type: "review.submitted",
            number: pullRequest.number,
            review: toReview(user, reviewState, pullRequest.url, object_attributes.updated_at),
          },
        ];
  const types = typesOf(object_attributes.action ?? "", object_attributes.oldrev ?? null, changes);
  return [...types.map((type): ForgeEvent => ({ ...about, type, pullRequest })), ...reviewed];
}

function typesOf(action: string, oldrev: string | null, changes: Changes): readonly PullRequestEventType[] {
  switch (action) {
    case "open":
      return ["pullRequest.opened"];
    case "reopen":
      return ["pullRequest.reopened"];
    case "close":
      return ["pullRequest.closed"];
    case "merge":
      return ["pullRequest.merged"];
    case "update":
      // GitLab sends separate webhooks for a push and an edit. Only the webhook for a push contains the previous head.
      if (oldrev !== null) return ["pullRequest.synchronized"];
      if (isReadied(changes)) return ["pullRequest.ready"];
      return hasReadableChange(changes) ? ["pullRequest.updated"] : [];
    default:
      return [];
  }
}

/** True if the draft became ready. Versions before 15 report this only in the title. */
function isReadied({ draft, title }: Changes): boolean {
  if (draft !== undefined) return draft.previous === true && draft.current === false;
  if (typeof title?.previous !== "string" || typeof title.current !== "string") return false;
  return isDraftTitle(title.previous) && !isDraftTitle(title.current);
}

/** True if the title, body, base, labels, reviewers or draft state changed. Ignores changes to assignees, milestones and times. */
const hasReadableChange = (changes: Changes) => Object.values(changes).some((change) => change !== undefined);

/**
 * Returns the state of a review, or null if the event is not a review. `approved` is the last of the required approvals, and `approval` is
 * any earlier approval.
 */
function reviewStateOf(action: string, changes: Changes, actorId: number) {
  if (action === "approved" || action === "approval") return "approved";
  if (action === "unapproved" || action === "unapproval") return "dismissed";
  if (action !== "update" || changes.reviewers === undefined) return null;
  const { previous, current } = changes.reviewers;
  const isRequesting = (reviewers: unknown) => reviewerState(reviewers, actorId) === "requested_changes";
  return isRequesting(current) && !isRequesting(previous) ? "changesRequested" : null;
}

const reviewersSchema = z.array(z.object({ id: z.number(), state: z.string().optional() })).catch([]);

const reviewerState = (reviewers: unknown, id: number) =>
  reviewersSchema.parse(reviewers).find((reviewer) => reviewer.id === id)?.state ?? null;
