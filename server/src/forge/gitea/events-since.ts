import type { z } from "zod";
import type { ForgeEvent, ForgePullRequest, RepositoryRef } from "../../core/forges/index.ts";
import { latestStatuses } from "./checks.ts";
import { type GiteaClient, nameOf, repositoryPath } from "./gitea-client.ts";
import { listInlineComments } from "./inline-comments.ts";
import {
  checkState,
  readComment,
  readEventRepository,
  readIssue,
  readPullRequest,
  readReview,
} from "./reading.ts";
import * as shapes from "./shapes.ts";

/** Maximum number of open pull requests whose checks are read, most recently changed first. */
const maxChecked = 50;

/**
 * Returns the events since a point in time that can be derived from Gitea's lists, oldest first. The events of a pull request or an issue are
 * derived from its state, so two changes between two polls yield a single event.
 */
export async function giteaEventsSince(
  client: GiteaClient,
  ref: RepositoryRef,
  after: Date,
  signal: AbortSignal,
): Promise<readonly ForgeEvent[]> {
  // Gitea's times have a resolution of one second, so the time is rounded down to include events from the same second.
  const since = new Date(Math.floor(after.getTime() / 1000) * 1000);
  const path = repositoryPath(ref);
  const what = `list the events of ${nameOf(ref)}`;
  const repository = readEventRepository(await client.read(shapes.repository, { path, what, signal }));
  const about = { repository, actor: null };
  const events: ForgeEvent[] = [];

  let checked = 0;
  const recent = { path: `${path}/pulls`, query: { state: "all", sort: "recentupdate" }, what, signal };
  for await (const one of client.items(shapes.pullRequest, recent)) {
    const pullRequest = readPullRequest(one, true);
    const isNew = pullRequest.updatedAt >= since;
    if (isNew) {
      events.push(eventOf(pullRequest, one.closed_at ?? null));
      await addReviews(pullRequest.number);
    }
    if (pullRequest.status === "open" && checked < maxChecked) {
      checked += 1;
      await addChecks(pullRequest);
    } else if (!isNew) break;
  }
  const changedIssues = {
    path: `${path}/issues`,
    query: { ...from(), type: "issues", state: "all" },
    what,
    signal,
  };
  for await (const one of client.items(shapes.issue, changedIssues)) {
    const issue = readIssue(one);
    const isOpened = one.created_at >= since;
    const isClosed = one.closed_at != null && one.closed_at >= since;
    if (one.pull_request || (!isOpened && !isClosed)) continue;
    const type = isClosed ? "issue.closed" : "issue.opened";
    events.push({ ...about, type, issue, at: (isClosed ? one.closed_at : null) ?? one.created_at });
  }
  const newComments = { path: `${path}/issues/comments`, query: from(), what, signal };
  for await (const one of client.items(shapes.comment, newComments)) {
    const thread = threadOf(one);
    if (thread === null || one.created_at < since) continue;
    const comment = readComment(one);
    events.push({
      ...about,
      type: "comment.created",
      actor: comment.author,
      at: comment.createdAt,
      thread,
      comment,
    });
  }
  return events.filter(({ at }) => at >= since).sort((one, other) => +one.at - +other.at);

  function from() {
    return { since: since.toISOString() };
  }

  function eventOf(pullRequest: ForgePullRequest, closedAt: Date | null): ForgeEvent {
    const { status, createdAt, updatedAt, mergedAt, author } = pullRequest;
    if (createdAt >= since && status === "open") {
      return { ...about, actor: author, type: "pullRequest.opened", pullRequest, at: createdAt };
    }
    const types = {
      merged: "pullRequest.merged",
      closed: "pullRequest.closed",
      open: "pullRequest.updated",
    } as const;
    return { ...about, type: types[status], pullRequest, at: mergedAt ?? closedAt ?? updatedAt };
  }

  async function addReviews(number: number): Promise<void> {
    const reviews = { path: `${path}/pulls/${number}/reviews`, what, signal };
    for await (const one of client.items(shapes.review, reviews)) {
      const review = readReview(one);
      if (review === null || review.submittedAt < since) continue;
      const { author, submittedAt } = review;
      events.push({ ...about, type: "review.submitted", actor: author, at: submittedAt, number, review });
    }
    const thread = { kind: "pullRequest", number } as const;
    for (const comment of await listInlineComments(client, ref, number, since)) {
      if (comment.kind !== "inline") continue;
      const { author, createdAt } = comment;
      events.push({ ...about, type: "comment.created", actor: author, at: createdAt, thread, comment });
    }
  }

  async function addChecks({ headSha, head }: ForgePullRequest): Promise<void> {
    signal.throwIfAborted();
    for (const status of await latestStatuses(client, ref, headSha)) {
      const conclusion = checkState(status.status);
      if (conclusion === "pending" || status.updated_at < since) continue;
      events.push({
        ...about,
        type: "check.completed",
        at: status.updated_at,
        sha: headSha,
        branch: head,
        name: status.context,
        kind: "check",
        conclusion,
        url: status.target_url || null,
      });
    }
  }
}

/** Returns the thread to which a comment belongs, or null if the comment's URL does not end with the thread's number. */
function threadOf(comment: Pick<z.output<typeof shapes.comment>, "issue_url" | "pull_request_url">) {
  const kind = comment.pull_request_url ? "pullRequest" : "issue";
  const number = Number(/\/(\d+)$/.exec(comment.pull_request_url || comment.issue_url || "")?.[1]);
  return Number.isInteger(number) ? ({ kind, number } as const) : null;
}
