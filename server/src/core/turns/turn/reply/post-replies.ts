import { AppError } from "../../../base/index.ts";
import { interruptOf } from "../interrupt.ts";
import type { TurnContext } from "../turn-context.ts";
import { answerThreads } from "./answer-threads.ts";
import type { TurnResult } from "./compose-reply.ts";
import { replyInThread } from "./reply-in-thread.ts";

/**
 * Replies in the thread of the turn's message and in its review threads. If the first reply fails or a person stops the
 * turn during it, still records a result for each review thread before it throws. Safe to repeat.
 */
export async function postReplies(
  context: TurnContext,
  result: TurnResult,
  signal: AbortSignal,
): Promise<void> {
  try {
    await replyInThread(context, result, signal);
  } catch (cause) {
    const isFenced = cause instanceof AppError && cause.code === "fenced";
    if (isFenced || interruptOf(signal)?.continuesElsewhere === true) throw cause;
    await answerThreads(context, result, signal);
    throw cause;
  }
  await answerThreads(context, result, signal);
}
