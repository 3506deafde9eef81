import { AppError, withReason } from "../../../base/index.ts";
import {
  cutEnd,
  marker,
  type PullRequest,
  postOnce,
  visibleWords,
  withoutInvisible,
} from "../../../forges/index.ts";
import { type AssignedThread, appendEvent } from "../../../sessions/index.ts";
import type { Checkout } from "../checkout.ts";
import type { TurnContext } from "../turn-context.ts";
import type { TurnResult } from "./compose-reply.ts";

/** The lowest limit of any forge is 32,768 characters, and Tembo adds two lines. */
const MAX_ANSWER = 28_000;

/**
 * Posts the agent's replies in the review threads that were assigned to the turn, each with the pushed commit, and
 * resolves the threads that the agent fixed. Records the result for each thread. Posts nothing for a turn that failed
 * or was stopped, or in a private session. If the forge rejects a reply, records the reason, appends a notice and
 * continues, because the turn has completed its work. Safe to repeat.
 */
export async function answerThreads(
  context: TurnContext,
  { status, pushed }: TurnResult,
  signal: AbortSignal,
): Promise<void> {
  if (status !== "completed") return;
  const { store } = context.ports;
  const threads = await store.assignedThreads.ofTurn(context.lease);
  if (threads.length === 0) return;
  const { visibility } = await store.sessions.get(context.session.id);
  for (const thread of threads) {
    signal.throwIfAborted();
    const pullRequest = await store.pullRequests.find(context.session.organizationId, thread.pullRequestId);
    const checkout = context.checkouts.find(({ repository }) => repository.id === pullRequest?.repositoryId);
    if (pullRequest === null || checkout === undefined) continue;
    const sha = pushed.find(({ directory }) => directory === checkout.use.directory)?.sha ?? null;
    const commitSha = thread.commitSha ?? sha;
    const replied =
      visibility === "private" || thread.answer === null
        ? { repliedAt: null, resolvedAt: null, reason: null }
        : await answer(context, checkout, pullRequest, { ...thread, commitSha }, signal);
    await store.assignedThreads.finish(context.lease, thread, { commitSha, ...replied });
  }
}

type Answered = Pick<AssignedThread, "repliedAt" | "resolvedAt" | "reason">;

async function answer(
  context: TurnContext,
  checkout: Checkout,
  pullRequest: PullRequest,
  thread: AssignedThread,
  signal: AbortSignal,
): Promise<Answered> {
  const { clock } = context.ports;
  let repliedAt = thread.repliedAt;
  try {
    await post(context, checkout, pullRequest, thread);
    repliedAt ??= clock.now();
    if (!thread.isFixed || thread.resolvedAt !== null)
      return { repliedAt, resolvedAt: thread.resolvedAt, reason: null };
    const { reviewing } = checkout.forge;
    if (reviewing === null)
      return {
        repliedAt,
        resolvedAt: null,
        reason: `Tembo cannot resolve review threads on this forge. Resolve the thread there: ${pullRequest.url}`,
      };
    await reviewing.resolveThread(checkout.repository, pullRequest.number, thread.commentId, true);
    return { repliedAt, resolvedAt: clock.now(), reason: null };
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof AppError) || !ofForge.has(cause.code)) throw cause;
    const what = repliedAt === null ? "reply could not be posted in" : "agent could not resolve";
    const reason = withReason(`The ${what} the review thread on ${thread.place}`, cause);
    const message = context.masker.mask(reason);
    await appendEvent(context, `thread:${thread.pullRequestId}:${thread.threadId}`, {
      type: "notice",
      message,
    });
    return { repliedAt, resolvedAt: thread.resolvedAt, reason: message };
  }
}

const ofForge: ReadonlySet<string> = new Set([
  "forge_failed",
  "forge_unauthorized",
  "invalid_input",
  "not_found",
  "conflict",
]);

/** Finds a reply that an earlier attempt posted by its marker, which is unique for the turn and the thread. */
async function post(
  { turn, masker }: Pick<TurnContext, "turn" | "masker">,
  { forge, repository }: Checkout,
  { number }: PullRequest,
  { answer: text, threadId, commentId, commitSha }: AssignedThread,
): Promise<void> {
  const words = cutEnd(visibleWords(withoutInvisible(text ?? "")), MAX_ANSWER);
  const commit = commitSha === null ? "" : `Pushed in \`${commitSha.slice(0, 8)}\`.`;
  await postOnce(
    { forge, repository, ownId: (await forge.account()).id },
    {
      thread: { kind: "pullRequest", number },
      replyTo: { id: commentId, threadId },
      marker: marker("thread", turn.id, threadId),
      body: masker.mask([words, commit].filter((part) => part !== "").join("\n\n")),
    },
  );
}
