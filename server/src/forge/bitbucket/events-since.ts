import type { z } from "zod";
import type { ForgeEvent, ForgePullRequest, RepositoryRef } from "../../core/forges/index.ts";
import { type BitbucketClient, moment, nameOf, repositoryPath } from "./bitbucket-client.ts";
import { latestStatuses } from "./checks.ts";
import { wholePullRequest } from "./pull-requests/whole-pull-request.ts";
import { checkState, pipelineOf, readComment, readEventRepository, readReview } from "./reading.ts";
import * as shapes from "./shapes.ts";

/** Maximum number of open pull requests whose checks are read, most recently changed first. */
const maxChecked = 50;

/**
 * Returns the events since a point in time that can be derived from Bitbucket's lists, oldest first. A pull request's events are derived from
 * its state, so two changes between two polls yield a single event.
 */
export async function bitbucketEventsSince(
  client: BitbucketClient,
  ref: RepositoryRef,
  since: Date,
  signal: AbortSignal,
): Promise<readonly ForgeEvent[]> {
  const path = repositoryPath(ref);
  const what = `list the events of ${nameOf(ref)}`;
  const repository = readEventRepository(await client.read(shapes.repository, { path, what, signal }));
  const about = { repository, actor: null };
  const events: ForgeEvent[] = [];
  const list = (states: readonly string[], query: Record<string, string>) =>
    client.items(shapes.pullRequest, {
      path: `${path}/pullrequests?${states.map((state) => `state=${state}`).join("&")}`,
      query: { ...query, sort: "-updated_on", fields: "+values.participants,+values.reviewers" },
      what,
      signal,
    });

  const all = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"];
  for await (const pull of list(all, { q: `updated_on>=${moment(since)}` })) {
    const pullRequest = await wholePullRequest(client, ref, pull, { what, signal });
    events.push(eventOf(pullRequest, pull.closed_on ?? null));
    addReviews(pull);
    await addComments(pull.id);
  }
  let checked = 0;
  for await (const pull of list(["OPEN"], {})) {
    await addChecks(pull);
    checked += 1;
    if (checked === maxChecked) break;
  }
  return events.filter(({ at }) => at >= since).sort((one, other) => +one.at - +other.at);

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

  function addReviews(pull: z.output<typeof shapes.pullRequest>): void {
    for (const participant of pull.participants ?? []) {
      const review = readReview(participant, pull);
      if (review === null) continue;
      const { author: actor, submittedAt: at } = review;
      events.push({ ...about, type: "review.submitted", actor, at, number: pull.id, review });
    }
  }

  async function addComments(number: number): Promise<void> {
    const query = { q: `created_on>=${moment(since)}`, sort: "created_on", pagelen: 100 };
    const request = { path: `${path}/pullrequests/${number}/comments`, query, what, signal };
    const thread = { kind: "pullRequest", number } as const;
    for await (const one of client.items(shapes.comment, request)) {
      if (one.deleted === true || one.pending === true) continue;
      const comment = readComment(one);
      const { author: actor, createdAt: at } = comment;
      events.push({ ...about, type: "comment.created", actor, at, thread, comment });
    }
  }

  async function addChecks(pull: z.output<typeof shapes.pullRequest>): Promise<void> {
    const { source } = pull;
    if (!source.commit) return;
    const { hash } = source.commit;
    for (const status of await latestStatuses(client, ref, hash, signal)) {
      const conclusion = checkState(status.state);
      const at = status.updated_on ?? status.created_on;
      if (conclusion === "pending" || at == null || at < since) continue;
      const whole = await wholePullRequest(client, ref, pull, { what, signal });
      events.push({
        ...about,
        type: "check.completed",
        at,
        sha: whole.headSha,
        branch: source.branch.name,
        name: status.name || status.key,
        kind: pipelineOf(status.url ?? "") === null ? "check" : "pipeline",
        conclusion,
        url: status.url || null,
      });
    }
  }
}
