import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeEvent, WebhookRequest } from "../../../core/forges/index.ts";
import { parseJson } from "../../http-answer.ts";
import { readComment, readPullRequest, readUser, reviewOf } from "../reading.ts";
import * as shapes from "../shapes.ts";
import { readEnvelope, type WebhookEnvelope } from "./envelope.ts";
import { eventKeyOf } from "./identity.ts";
import { readPush, readStatus, readUpdate } from "./repository-events.ts";

type Read = (body: unknown, about: WebhookEnvelope) => readonly ForgeEvent[];

/**
 * Returns the events in a Bitbucket Cloud webhook, or an empty list for an unknown event. Throws `invalid_input` if the body does not match
 * the event. Source: Bitbucket's "Event payloads" page.
 */
export function readBitbucketWebhook({ headers, body }: WebhookRequest): readonly ForgeEvent[] {
  const key = eventKeyOf(headers);
  const read = readers.get(key);
  if (read === undefined) return [];
  const parsed = parseJson(body.toString("utf8"));
  try {
    return read(parsed, readEnvelope(parsed, headers["x-event-time"]));
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    const [issue] = cause.issues;
    throw new AppError(
      "invalid_input",
      `The body is not a Bitbucket "${key}" webhook: ${issue?.path.join(".") || "body"}: ${issue?.message}.`,
      { cause },
    );
  }
}

const pullBody = z.object({ pullrequest: shapes.pullRequest });

const readPull =
  (
    type:
      | "pullRequest.opened"
      | "pullRequest.updated"
      | "pullRequest.synchronized"
      | "pullRequest.merged"
      | "pullRequest.closed",
  ): Read =>
  (body, about) => {
    const pullRequest = readPullRequest(pullBody.parse(body).pullrequest);
    return [{ ...about, type, pullRequest, at: pullRequest.updatedAt }];
  };

const commentBody = pullBody.extend({ comment: shapes.comment });

const readComments: Read = (body, about) => {
  const { pullrequest, comment: raw } = commentBody.parse(body);
  if (raw.deleted === true || raw.pending === true) return [];
  const comment = readComment(raw);
  const thread = { kind: "pullRequest", number: pullrequest.id } as const;
  return [{ ...about, type: "comment.created", thread, comment, at: comment.createdAt }];
};

const reviewShape = z.object({ date: z.iso.datetime({ offset: true }), user: shapes.account });
const approvalBody = pullBody.extend({ approval: reviewShape });
const changesBody = pullBody.extend({ changes_request: reviewShape });

const readApproval: Read = (body, about) => {
  const { pullrequest, approval } = approvalBody.parse(body);
  return reviewed(pullrequest, approval, "approved", about);
};

const readChangesRequest: Read = (body, about) => {
  const { pullrequest, changes_request: request } = changesBody.parse(body);
  return reviewed(pullrequest, request, "changesRequested", about);
};

function reviewed(
  pull: z.output<typeof shapes.pullRequest>,
  { date, user }: z.output<typeof reviewShape>,
  state: "approved" | "changesRequested",
  about: WebhookEnvelope,
): readonly ForgeEvent[] {
  const review = reviewOf(readUser(user), state, new Date(date), pull.links?.html?.href ?? "");
  return [{ ...about, type: "review.submitted", number: pull.id, review, at: review.submittedAt }];
}

// A Map, because the key is external input and every object has a "constructor".
const readers: ReadonlyMap<string, Read> = new Map(
  Object.entries({
    "pullrequest:created": readPull("pullRequest.opened"),
    // The title, description, base or reviewers changed, or a draft became ready. Bitbucket does not report which.
    "pullrequest:updated": readPull("pullRequest.updated"),
    "pullrequest:push": readPull("pullRequest.synchronized"),
    "pullrequest:fulfilled": readPull("pullRequest.merged"),
    "pullrequest:rejected": readPull("pullRequest.closed"),
    "pullrequest:comment_created": readComments,
    "pullrequest:approved": readApproval,
    "pullrequest:changes_request_created": readChangesRequest,
    "repo:push": readPush,
    "repo:commit_status_created": readStatus,
    "repo:commit_status_updated": readStatus,
    "repo:updated": readUpdate,
    "repo:transfer": (_, about) => [{ ...about, type: "repository.renamed" }],
    "repo:deleted": (_, about) => [{ ...about, type: "repository.deleted" }],
  }),
);
