import { withTimeout } from "../../../../runtime/with-timeout.ts";
import { type AppError, withReason } from "../../../base/index.ts";
import { type ForgeComment, ForgeOutage, marker, type PullRequest, postOnce } from "../../../forges/index.ts";
import { type AssignedThread, appendEvent, optionsOf } from "../../../sessions/index.ts";
import type { Checkout } from "../checkout.ts";
import { interruptOf } from "../interrupt.ts";
import type { TurnContext } from "../turn-context.ts";
import { answerText, type TurnResult } from "./compose-reply.ts";
import { decideNoReply } from "./decide-no-reply.ts";
import { isRecordable } from "./is-recordable.ts";

/** Time for all replies of a turn. A forge that responds slowly must not keep the turn from ending. */
const REPLIES_LIMIT_MS = 120_000;

/**
 * Posts the agent's replies in the review threads that were assigned to the turn, each with the commit that the turn
 * pushed to the pull request, and resolves the threads that the agent fixed. Records the result for each thread, with a
 * reason if it has no reply. If the forge rejects a reply, appends a notice and continues, because the turn has completed
 * its work. After an outage of the forge, records its reason for the remaining threads without further requests. Safe to
 * repeat.
 */
export async function answerThreads(
  context: TurnContext,
  result: TurnResult,
  signal: AbortSignal,
  limitMs = REPLIES_LIMIT_MS,
): Promise<void> {
  const { store } = context.ports;
  const threads = await store.assignedThreads.ofTurn(context.lease);
  if (threads.length === 0) return;
  const { visibility } = await store.sessions.get(context.session.id);
  const progress: Progress = { limit: createLimit(limitMs), read: new Map(), outages: new Map() };
  for (const thread of threads) {
    const pullRequest = await store.pullRequests.find(context.session.organizationId, thread.pullRequestId);
    const checkout = context.checkouts.find(({ repository }) => repository.id === pullRequest?.repositoryId);
    const target = pullRequest === null || checkout === undefined ? null : { pullRequest, checkout };
    const commitSha = thread.commitSha ?? (target && pushedTo(target, result));
    endIfElsewhere(signal);
    const noReply = decideNoReply({
      status: signal.aborted && result.status === "completed" ? "cancelled" : result.status,
      thread,
      hasCheckout: target !== null,
      isPrivate: visibility === "private",
      isPlan: optionsOf(context).mode === "plan",
    });
    const end =
      target === null || noReply !== null
        ? { ...endOf(thread), reason: thread.repliedAt === null ? noReply : thread.reason }
        : await answer(context, target, { ...thread, commitSha }, progress);
    endIfElsewhere(signal);
    await store.assignedThreads.finish(context.lease, thread, { commitSha, ...end });
  }
}

interface Target {
  readonly pullRequest: PullRequest;
  readonly checkout: Checkout;
}

type End = Pick<AssignedThread, "repliedAt" | "resolvedAt" | "reason">;

/** State of the replies of one turn. */
interface Progress {
  /** Runs requests until the time for all replies has passed. Throws `ForgeOutage` afterwards. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** Comments that were read, by pull request. */
  readonly read: Map<string, Promise<ReadComments>>;
  /** Outages by integration. The built-in forge has the key null. */
  readonly outages: Map<string | null, AppError>;
}

interface ReadComments {
  readonly ownId: string;
  readonly comments: readonly ForgeComment[];
}

function createLimit(limitMs: number): Progress["limit"] {
  const endsAt = performance.now() + limitMs;
  const late = () => {
    throw new ForgeOutage(
      `The forge took more than ${limitMs / 1_000} seconds for this turn's replies. Check the forge, then send the comments to the agent again.`,
    );
  };
  return async (work) => {
    const leftMs = endsAt - performance.now();
    return leftMs <= 0 ? late() : withTimeout(work(), leftMs, late);
  };
}

/** Throws if another worker continues the turn, because this one then records nothing more. */
function endIfElsewhere(signal: AbortSignal): void {
  const interrupt = interruptOf(signal);
  if (interrupt?.continuesElsewhere === true) throw interrupt;
}

/** Returns the commit that the turn pushed to the pull request, or null if it pushed none there. */
function pushedTo({ pullRequest, checkout }: Target, { pushed }: TurnResult): string | null {
  const { status, headBranch, isFromFork } = pullRequest;
  if (status !== "open" || isFromFork) return null;
  const { directory } = checkout.use;
  return pushed.find((one) => one.directory === directory && one.branch === headBranch)?.sha ?? null;
}

const endOf = ({ repliedAt, resolvedAt }: AssignedThread) => ({ repliedAt, resolvedAt });

/** Posts the reply and resolves the thread, unless an outage of the forge is known. */
async function answer(
  context: TurnContext,
  target: Target,
  thread: AssignedThread,
  progress: Progress,
): Promise<End> {
  const { integrationId } = target.checkout.repository;
  const known = progress.outages.get(integrationId);
  const { cause, ...end } =
    known === undefined
      ? await tryAnswer(context, target, thread, progress)
      : { ...endOf(thread), reason: null, cause: known };
  if (cause === null) return end;
  const what = end.repliedAt === null ? "The reply could not be posted in" : "Tembo could not resolve";
  const statement = `${what} the review thread on ${thread.place}`;
  const reason = context.masker.mask(withReason(statement, cause));
  if (known === undefined)
    await appendEvent(context, `thread:${thread.pullRequestId}:${thread.threadId}`, {
      type: "notice",
      message: reason,
    });
  if (cause instanceof ForgeOutage || cause.code === "unavailable")
    progress.outages.set(integrationId, cause);
  return { ...end, reason };
}

/** Returns what was done, and the error that prevented the rest, or null. */
async function tryAnswer(
  context: TurnContext,
  { pullRequest, checkout }: Target,
  thread: AssignedThread,
  { limit, read }: Progress,
): Promise<End & { readonly cause: AppError | null }> {
  const { forge, repository } = checkout;
  const { clock } = context.ports;
  let { repliedAt, resolvedAt } = thread;
  let reason: string | null = null;
  let cause: AppError | null = null;
  try {
    if (repliedAt === null) {
      const known = read.get(pullRequest.id) ?? readComments(checkout, pullRequest);
      read.set(pullRequest.id, known);
      await limit(async () => post(context, { pullRequest, checkout }, thread, await known));
      repliedAt = clock.now();
    }
    if (thread.isFixed && resolvedAt === null) {
      const { reviewing } = forge;
      if (reviewing === null)
        reason = `Tembo cannot resolve review threads on this forge. Resolve the thread there: ${pullRequest.url}`;
      else {
        await limit(() => reviewing.resolveThread(repository, pullRequest.number, thread.commentId, true));
        resolvedAt = clock.now();
      }
    }
  } catch (failure) {
    if (!isRecordable(failure)) throw failure;
    cause = failure;
  }
  return { repliedAt, resolvedAt, reason, cause };
}

async function readComments({ forge, repository }: Checkout, { number }: PullRequest): Promise<ReadComments> {
  const { id: ownId } = await forge.account();
  return { ownId, comments: await forge.listComments(repository, { kind: "pullRequest", number }) };
}

/**
 * Posts the reply. Finds a reply that an earlier attempt posted by its marker, which contains the comment's ID: the ID
 * of a thread may contain characters that a marker does not.
 */
async function post(
  { turn, masker }: Pick<TurnContext, "turn" | "masker">,
  { pullRequest: { number }, checkout: { forge, repository } }: Target,
  { answer: text, threadId, commentId, commitSha }: AssignedThread,
  known: ReadComments,
): Promise<void> {
  const commit = commitSha === null ? "" : `Pushed in \`${commitSha.slice(0, 8)}\`.`;
  await postOnce(
    { forge, repository, ...known },
    {
      thread: { kind: "pullRequest", number },
      replyTo: { id: commentId, threadId },
      marker: marker("thread", turn.id, commentId),
      body: masker.mask([answerText(text ?? ""), commit].filter((part) => part !== "").join("\n\n")),
    },
  );
}
