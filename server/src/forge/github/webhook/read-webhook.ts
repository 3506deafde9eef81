import { AppError } from "../../../core/base/index.ts";
import type { ForgeEvent, WebhookRequest } from "../../../core/forges/index.ts";
import { readCheckRun, readCheckSuite, readStatus, readWorkflowRun } from "./checks.ts";
import { readInlineComment, readIssueComment } from "./comments.ts";
import { identifyWebhook } from "./identify-webhook.ts";
import { readInstallation } from "./installation.ts";
import { readIssue } from "./issues.ts";
import { readPullRequest } from "./pull-requests.ts";
import { readCreate, readDelete, readPush } from "./refs.ts";
import { readRelease } from "./releases.ts";
import { readRepository } from "./repositories.ts";
import { readReview } from "./reviews.ts";

type WebhookReader = (body: unknown) => readonly ForgeEvent[];

/** Readers, by GitHub's event name (docs.github.com/webhooks/webhook-events-and-payloads). */
const readers: ReadonlyMap<string, WebhookReader> = new Map([
  ["check_run", readCheckRun],
  ["check_suite", readCheckSuite],
  ["create", readCreate],
  ["delete", readDelete],
  ["installation", readInstallation],
  ["installation_repositories", readInstallation],
  ["issue_comment", readIssueComment],
  ["issues", readIssue],
  ["pull_request", readPullRequest],
  ["pull_request_review", readReview],
  ["pull_request_review_comment", readInlineComment],
  ["push", readPush],
  ["release", readRelease],
  ["repository", readRepository],
  ["status", readStatus],
  ["workflow_run", readWorkflowRun],
]);

/** Returns the events in a verified request, or an empty list for an event that is not handled. Throws only `invalid_input`. */
export function readWebhook(request: WebhookRequest): readonly ForgeEvent[] {
  const { eventName } = identifyWebhook(request);
  const read = readers.get(eventName);
  return read === undefined ? [] : read(parse(request));
}

function parse({ headers, body }: WebhookRequest): unknown {
  if (headers["content-type"]?.includes("x-www-form-urlencoded")) {
    throw new AppError("invalid_input", 'Set the content type of the webhook to "application/json".');
  }
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_input", "The webhook's body is not JSON.", { cause });
  }
}
