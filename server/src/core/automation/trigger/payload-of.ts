import type { EventRepository, ForgeUser, TriggerFacts } from "../../forges/index.ts";
import type { RepositoryEvent } from "../job/job-handlers.ts";

/** Description of an event for agents and filters, as plain JSON with times in RFC 3339 format. */
export interface TriggerPayload {
  readonly repository: EventRepository;
  readonly actor: PayloadUser | null;
  readonly at: string;
  readonly pullRequest?: {
    readonly number: number;
    readonly url: string;
    readonly title: string;
    readonly body: string;
    readonly isDraft: boolean;
    readonly head: string;
    readonly base: string;
    readonly headSha: string;
    readonly author: PayloadUser | null;
    readonly labels: readonly string[];
    readonly isTembo: boolean;
  };
  readonly issue?: {
    readonly number: number;
    readonly url: string;
    readonly title: string;
    readonly body: string;
    readonly author: PayloadUser | null;
    readonly labels: readonly string[];
    readonly isTembo: boolean;
  };
  readonly comment?: {
    readonly on: "issues" | "pull_requests";
    readonly number: number;
    readonly url: string;
    readonly body: string;
    readonly author: PayloadUser;
  };
  readonly check?: {
    readonly name: string;
    readonly branch: string | null;
    readonly sha: string;
    readonly url: string | null;
  };
  readonly release?: { readonly tag: string; readonly name: string; readonly url: string };
  readonly ref?: { readonly type: "branch" | "tag"; readonly name: string };
}

export interface PayloadUser {
  readonly id: string;
  readonly login: string;
  readonly name: string | null;
}

export function payloadOf(event: RepositoryEvent, facts: TriggerFacts): TriggerPayload {
  const { externalId, owner, name, url } = event.repository;
  return {
    repository: { externalId, owner, name, url },
    actor: userOf(event.actor),
    at: event.at.toISOString(),
    ...subjectOf(event, facts),
  };
}

function subjectOf(event: RepositoryEvent, facts: TriggerFacts): Partial<TriggerPayload> {
  if ("pullRequest" in event) {
    const { number, url, title, body, isDraft, head, base, headSha, author, labels } = event.pullRequest;
    const isTembo = facts.isTemboPullRequest;
    return {
      pullRequest: {
        number,
        url,
        title,
        body,
        isDraft,
        head,
        base,
        headSha,
        author: userOf(author),
        labels,
        isTembo,
      },
    };
  }
  if ("issue" in event) {
    const { number, url, title, body, author, labels } = event.issue;
    const isTembo = facts.isTemboIssue;
    return { issue: { number, url, title, body, author: userOf(author), labels, isTembo } };
  }
  if ("comment" in event) {
    const { url, body, author } = event.comment;
    const on = event.thread.kind === "issue" ? "issues" : "pull_requests";
    return { comment: { on, number: event.thread.number, url, body, author: userOf(author) } };
  }
  if (event.type === "check.completed") {
    const { name, branch, sha, url } = event;
    return { check: { name, branch, sha, url } };
  }
  if (event.type === "release.published") {
    const { tag, name, url } = event;
    return { release: { tag, name, url } };
  }
  return event.type === "ref.created" ? { ref: { type: event.refType, name: event.ref } } : {};
}

function userOf(user: ForgeUser): PayloadUser;
function userOf(user: ForgeUser | null): PayloadUser | null;
function userOf(user: ForgeUser | null): PayloadUser | null {
  return user && { id: user.id, login: user.login, name: user.name };
}
