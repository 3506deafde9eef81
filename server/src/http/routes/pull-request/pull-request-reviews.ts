import { operations, type PullRequestComment } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Viewer } from "../../../core/accounts/index.ts";
import { AppError } from "../../../core/base/index.ts";
import {
  applySuggestion,
  commentOnPullRequest,
  commitsOf,
  conversationOf,
  getPullRequest,
  type ReviewEntry,
  resolveThread,
  submitReview,
  suggestionIn,
} from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { canSee, decideThreadState } from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";
import { inlineIdOf } from "./inline-id.ts";
import { nameOf } from "./pull-request-view.ts";

/** Serves the commits and comments of a pull request, and applies suggestions. */
export function pullRequestReviewRoutes(app: FastifyInstance, ports: Ports): void {
  const getByPath = (organizationId: string, { pullRequestId }: { readonly pullRequestId: string }) =>
    getPullRequest(ports.store, organizationId, pullRequestId);

  route(app, operations.pullRequestCommitList, async ({ organizationId, params, query }) => {
    const commits = await commitsOf(ports, await getByPath(organizationId, params));
    const { items, nextCursor } = pageAfter(commits, ({ sha }) => sha, query);
    return {
      items: items.map(({ sha, message, author, committedAt }) => ({
        sha,
        message,
        author: { name: author.name },
        committedAt: committedAt.toISOString(),
      })),
      nextCursor,
    };
  });

  route(app, operations.pullRequestCommentList, async ({ caller, organizationId, params, query }) => {
    const pullRequest = await getByPath(organizationId, params);
    const entries = await conversationOf(ports, pullRequest);
    const { items, nextCursor } = pageAfter(entries, idOf, query);
    const assigned = await ports.store.assignedThreads.ofPullRequest(pullRequest.id);
    const view = commentViewer(await visibleTo(caller, assigned));
    return { items: items.map(view), nextCursor };
  });

  /** Returns the threads whose session the viewer can see. */
  async function visibleTo(viewer: Viewer, assigned: AssignedThreads): Promise<AssignedThreads> {
    const visible = new Set<string>();
    for (const sessionId of new Set(assigned.map((thread) => thread.sessionId))) {
      const session = await ports.store.sessions.find(viewer.organizationId, sessionId);
      if (session !== null && (await canSee(ports.store, viewer, session))) visible.add(sessionId);
    }
    return assigned.filter(({ sessionId }) => visible.has(sessionId));
  }

  route(app, operations.pullRequestCommentCreate, async ({ caller, organizationId, params, body }) => {
    const { place, replyTo } = body;
    if (place !== undefined && replyTo !== undefined)
      throw new AppError("invalid_input", 'A reply appears at the place of its thread. Remove "place".', {
        field: "place",
      });
    const entry = await commentOnPullRequest(ports, caller, await getByPath(organizationId, params), {
      body: body.body,
      place: place === undefined ? null : { ...place, startLine: place.startLine ?? null },
      replyTo: replyTo === undefined ? null : inlineIdOf(replyTo),
    });
    return commentView(entry);
  });

  route(app, operations.pullRequestReviewCreate, async ({ caller, organizationId, params, body }) => {
    const { state, headSha = null } = body;
    const entry = await submitReview(ports, caller, await getByPath(organizationId, params), {
      state: state === "changes_requested" ? "changesRequested" : state,
      body: body.body,
      headSha,
    });
    return commentView(entry);
  });

  route(app, operations.pullRequestCommentUpdate, async ({ caller, organizationId, params, body }) => {
    const pullRequest = await getByPath(organizationId, params);
    const { isResolved } = body;
    await resolveThread(ports, caller, pullRequest, { id: inlineIdOf(params.commentId), isResolved });
    return { id: params.commentId, isResolved };
  });

  route(app, operations.pullRequestSuggestionApply, async ({ caller, organizationId, params }) => {
    const pullRequest = await getByPath(organizationId, params);
    return applySuggestion(ports, caller, pullRequest, inlineIdOf(params.commentId));
  });
}

/** Returns an ID that includes the kind, because forges number each kind separately. */
const idOf = ({ kind, id }: ReviewEntry) => `${kind}-${id}`;

/** Returns the items after the item whose ID is the cursor. Throws `invalid_input` if that item no longer exists. */
function pageAfter<T>(
  all: readonly T[],
  id: (item: T) => string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const seen = cursor === undefined ? -1 : all.findIndex((item) => id(item) === cursor);
  if (cursor !== undefined && seen < 0)
    throw new AppError(
      "invalid_input",
      "The cursor does not belong to this list. Start again at the first page.",
    );
  const items = all.slice(seen + 1, seen + 1 + limit);
  const last = items.at(-1);
  const isMore = seen + 1 + limit < all.length;
  return { items, nextCursor: isMore && last !== undefined ? id(last) : null };
}

type AssignedThreads = Awaited<ReturnType<Ports["store"]["assignedThreads"]["ofPullRequest"]>>;

/** Returns a function that views a comment with the agent's state in its thread. */
function commentViewer(assigned: AssignedThreads): (entry: ReviewEntry) => PullRequestComment {
  const byThread = new Map(assigned.map((thread) => [thread.threadId, thread]));
  return (entry) => {
    const thread = entry.kind === "inline" ? byThread.get(entry.threadId ?? entry.id) : undefined;
    return { ...commentView(entry), agent: thread === undefined ? null : agentView(thread) };
  };
}

function agentView(thread: AssignedThreads[number]): NonNullable<PullRequestComment["agent"]> {
  const { turnId, turnStatus, commitSha, reason, createdAt } = thread;
  const state = decideThreadState(thread, turnStatus);
  // A steering message that did not reach the agent waits for another turn with the reason of the first one.
  const isOpen = state === "queued" || state === "working";
  return {
    state,
    turnId,
    commitSha: isOpen ? null : commitSha,
    reason: isOpen ? null : reason,
    assignedAt: createdAt.toISOString(),
  };
}

function commentView(entry: ReviewEntry): PullRequestComment {
  const { kind, author, body, url, place, threadId, reviewState, resolved } = entry;
  const suggested = place?.side === "new" && place.line !== null ? suggestionIn(body) : null;
  return {
    id: idOf(entry),
    kind,
    author: {
      id: author.id,
      login: author.login,
      name: author.name,
      avatarUrl: author.avatarUrl,
      profileUrl: author.profileUrl,
      isBot: author.isBot,
    },
    body,
    url,
    place: place && { ...place, startLine: entry.startLine, isOutdated: entry.isOutdated },
    threadId: kind === "inline" ? threadId : null,
    review: reviewState === "changesRequested" ? "changes_requested" : reviewState,
    suggestion: suggested?.join("\n") ?? null,
    resolved: resolved && { at: resolved.at.toISOString(), by: nameOf(resolved.by) },
    agent: null,
    createdAt: entry.createdAt.toISOString(),
    updatedAt: entry.updatedAt.toISOString(),
  };
}
