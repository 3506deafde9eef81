import { z } from "zod";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeEvent, WebhookIdentity, WebhookRequest } from "../../../core/forges/index.ts";
import * as read from "./reading.ts";

/** Returns the identity of a delivery. Throws `invalid_input` if the headers are not from this forge. */
export function identifyWebhook({ headers }: Pick<WebhookRequest, "headers">): WebhookIdentity {
  const eventName = headers["x-github-event"];
  if (eventName === undefined || eventName === "")
    throw new AppError(
      "invalid_input",
      "The request is not a webhook of this forge, because its X-GitHub-Event header is missing.",
    );
  return { eventName, deliveryId: headers["x-github-delivery"] ?? null };
}

/** Returns the events in a webhook from the built-in forge. Throws only `invalid_input`. */
export function readWebhook(request: WebhookRequest): readonly ForgeEvent[] {
  const { eventName } = identifyWebhook(request);
  const reader = Object.hasOwn(readers, eventName) ? readers[eventName] : undefined;
  if (reader === undefined) return [];
  try {
    return reader(JSON.parse(request.body.toString("utf8")));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof z.ZodError)) throw cause;
    throw new AppError("invalid_input", `The webhook's body does not match the event "${eventName}".`, {
      cause,
    });
  }
}

const common = z.object({ repository: read.repositorySchema, sender: read.userSchema });
type Common = z.infer<typeof common>;

const eventSource = ({ repository, sender }: Common, at: string) => ({
  repository: read.toEventRepository(repository),
  actor: read.toUser(sender),
  at: new Date(at),
});

const pushedAt = ({ repository: { pushed_at: at } }: Common) =>
  typeof at === "number" ? new Date(at * 1000).toISOString() : at;

const pullTypes: Readonly<Record<string, Extract<ForgeEvent, { pullRequest: unknown }>["type"]>> = {
  opened: "pullRequest.opened",
  reopened: "pullRequest.reopened",
  synchronize: "pullRequest.synchronized",
  ready_for_review: "pullRequest.ready",
  edited: "pullRequest.updated",
  labeled: "pullRequest.updated",
  converted_to_draft: "pullRequest.updated",
  review_requested: "pullRequest.updated",
  review_request_removed: "pullRequest.updated",
};
const issueTypes: Readonly<Record<string, Extract<ForgeEvent, { issue: unknown }>["type"]>> = {
  opened: "issue.opened",
  closed: "issue.closed",
  reopened: "issue.reopened",
  edited: "issue.updated",
  labeled: "issue.updated",
};
const conclusions: Readonly<Record<string, "passed" | "failed" | "cancelled" | "skipped">> = {
  success: "passed",
  neutral: "passed",
  skipped: "skipped",
  cancelled: "cancelled",
};

const pullEvent = common.extend({ action: z.string(), pull_request: read.pullSchema });
const issueEvent = common.extend({ action: z.string(), issue: read.issueSchema });
const commentEvent = issueEvent.extend({ comment: read.commentSchema });
const inlineEvent = common.extend({
  action: z.string(),
  comment: read.inlineSchema,
  pull_request: read.pullSchema,
});
const reviewEvent = pullEvent.extend({ review: read.reviewSchema });
const statusEvent = common.extend({
  sha: z.string(),
  state: z.string(),
  context: z.string(),
  target_url: z.string().nullable(),
  updated_at: z.iso.datetime(),
  branches: z.array(z.object({ name: z.string() })),
});
const checkEvent = common.extend({
  action: z.string(),
  check_run: z.object({
    name: z.string(),
    head_sha: z.string(),
    conclusion: z.string().nullable(),
    details_url: z.string().nullable(),
    html_url: z.string().nullish(),
    completed_at: z.iso.datetime().nullable(),
    check_suite: z.object({ head_branch: z.string().nullable() }),
  }),
});
const pushEvent = common.extend({
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean(),
  forced: z.boolean(),
});
const refEvent = common.extend({ ref: z.string(), ref_type: z.enum(["branch", "tag"]) });
const repositoryEvent = common.extend({ action: z.string() });

const readers: Readonly<Record<string, (body: unknown) => readonly ForgeEvent[]>> = {
  pull_request(body) {
    const event = pullEvent.parse(body);
    const pullRequest = read.toPullRequest(event.pull_request);
    const closed = pullRequest.status === "merged" ? "pullRequest.merged" : "pullRequest.closed";
    const type = event.action === "closed" ? closed : pullTypes[event.action];
    return type === undefined
      ? []
      : [{ ...eventSource(event, event.pull_request.updated_at), type, pullRequest }];
  },
  issues(body) {
    const event = issueEvent.parse(body);
    const type = issueTypes[event.action];
    if (type === undefined) return [];
    return [{ ...eventSource(event, event.issue.updated_at), type, issue: read.toIssue(event.issue) }];
  },
  issue_comment(body) {
    const event = commentEvent.parse(body);
    if (event.action !== "created") return [];
    const kind = event.issue.pull_request === undefined ? "issue" : "pullRequest";
    const thread = { kind, number: event.issue.number } as const;
    const about = eventSource(event, event.comment.created_at);
    return [{ ...about, type: "comment.created", thread, comment: read.toComment(event.comment) }];
  },
  pull_request_review_comment(body) {
    const event = inlineEvent.parse(body);
    if (event.action !== "created") return [];
    const thread = { kind: "pullRequest", number: event.pull_request.number } as const;
    const about = eventSource(event, event.comment.created_at);
    return [{ ...about, type: "comment.created", thread, comment: read.toInline(event.comment) }];
  },
  pull_request_review(body) {
    const event = reviewEvent.parse(body);
    if (event.action !== "submitted") return [];
    const about = eventSource(event, event.review.submitted_at);
    const review = read.toReview(event.review);
    return [{ ...about, type: "review.submitted", number: event.pull_request.number, review }];
  },
  status(body) {
    const event = statusEvent.parse(body);
    if (event.state === "pending") return [];
    return [
      {
        ...eventSource(event, event.updated_at),
        type: "check.completed",
        kind: "check",
        sha: event.sha,
        branch: event.branches[0]?.name ?? null,
        name: event.context,
        conclusion: conclusions[event.state] ?? "failed",
        url: event.target_url,
      },
    ];
  },
  check_run(body) {
    const event = checkEvent.parse(body);
    const { check_run: run } = event;
    if (event.action !== "completed" || run.conclusion === null || run.completed_at === null) return [];
    return [
      {
        ...eventSource(event, run.completed_at),
        type: "check.completed",
        kind: "check",
        sha: run.head_sha,
        branch: run.check_suite.head_branch,
        name: run.name,
        conclusion: conclusions[run.conclusion] ?? "failed",
        // The forge links to its own page if the check has no page.
        url: run.details_url === run.html_url ? null : run.details_url,
      },
    ];
  },
  push(body) {
    const event = pushEvent.parse(body);
    if (event.deleted || !event.ref.startsWith("refs/heads/")) return [];
    const branch = event.ref.slice("refs/heads/".length);
    const about = eventSource(event, pushedAt(event));
    return [{ ...about, type: "branch.pushed", branch, sha: event.after, isForced: event.forced }];
  },
  create: (body) => readRef(body, "ref.created"),
  delete: (body) => readRef(body, "ref.deleted"),
  repository(body) {
    const event = repositoryEvent.parse(body);
    const type =
      event.action === "renamed"
        ? "repository.renamed"
        : event.action === "archived"
          ? "repository.archived"
          : "repository.changed";
    return [{ ...eventSource(event, event.repository.updated_at), type }];
  },
};

function readRef(body: unknown, type: "ref.created" | "ref.deleted"): readonly ForgeEvent[] {
  const event = refEvent.parse(body);
  return [{ ...eventSource(event, pushedAt(event)), type, refType: event.ref_type, ref: event.ref }];
}
