import type { Webhook } from "@tembo-io/sdk";
import { settingsText } from "../../text/settings/index.ts";

const words = settingsText.webhooks;

/** Labels of all event patterns. A new pattern in the API causes a compile error here until it has a label. */
const labels: Record<Webhook["events"][number], string> = {
  "*": words.everything,
  "session.*": words.sessions,
  "session.created": "session.created",
  "session.queued": "session.queued",
  "session.started": "session.started",
  "session.permission_requested": "session.permission_requested",
  "session.question_asked": "session.question_asked",
  "session.plan_proposed": "session.plan_proposed",
  "session.completed": "session.completed",
  "session.failed": "session.failed",
  "session.cancelled": "session.cancelled",
  "session.deleted": "session.deleted",
  "pull_request.*": words.pullRequests,
  "pull_request.opened": "pull_request.opened",
  "pull_request.updated": "pull_request.updated",
  "pull_request.reviewed": "pull_request.reviewed",
  "pull_request.checked": "pull_request.checked",
  "pull_request.merged": "pull_request.merged",
  "pull_request.closed": "pull_request.closed",
  "pull_request.reopened": "pull_request.reopened",
};

export const eventChoices = Object.entries(labels).map(([value, label]) => ({ value, label }));
