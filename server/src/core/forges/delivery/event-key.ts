import { createHash } from "node:crypto";
import type { ForgeEvent } from "../forge/forge-event.ts";

/**
 * Derives the delivery ID of a polled event. Polled time ranges overlap, so the ID must be the same each time the event
 * is seen. If an event occurs only once per subject, its ID depends only on the subject. If it can recur, its ID also
 * depends on its time. Pure.
 */
export function eventKey(event: ForgeEvent): string {
  const repository = "repository" in event ? event.repository.externalId : null;
  const text = JSON.stringify([event.type, repository, ...subjectOf(event)]);
  return `poll:${createHash("sha256").update(text).digest("hex")}`;
}

function subjectOf(event: ForgeEvent): (string | number | null)[] {
  switch (event.type) {
    case "pullRequest.opened":
    case "pullRequest.merged":
      return [event.pullRequest.number];
    case "pullRequest.synchronized":
      return [event.pullRequest.number, event.pullRequest.headSha];
    case "pullRequest.ready":
    case "pullRequest.updated":
    case "pullRequest.closed":
    case "pullRequest.reopened":
      return [event.pullRequest.number, event.at.toISOString()];
    case "issue.opened":
      return [event.issue.number];
    case "issue.updated":
    case "issue.closed":
    case "issue.reopened":
      return [event.issue.number, event.at.toISOString()];
    case "comment.created":
      return [event.thread.kind, event.thread.number, event.comment.kind, event.comment.id];
    case "review.submitted":
      return [event.number, event.review.id];
    case "check.completed":
      return [event.sha, event.kind, event.name, event.conclusion, event.at.toISOString()];
    case "ref.created":
    case "ref.deleted":
      return [event.refType, event.ref, event.at.toISOString()];
    case "branch.pushed":
      return [event.branch, event.sha];
    case "release.published":
      return [event.tag];
    default:
      return [event.at.toISOString()];
  }
}
