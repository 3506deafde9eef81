import { postReplies } from "../reply/post-replies.ts";
import { type Ending, settleTurn } from "../settle-turn.ts";
import type { TurnContext } from "../turn-context.ts";

const REPLY_LIMIT_MS = 60_000;

/** Replies in the thread of the turn's message, and ends the turn without any work. */
export async function replyAndSettle(context: TurnContext, ending: Ending): Promise<void> {
  const message = ending.status === "failed" ? ending.error.message : ending.message;
  const signal = AbortSignal.timeout(REPLY_LIMIT_MS);
  await postReplies(context, { status: ending.status, message, pushed: [] }, signal);
  await settleTurn(context, ending);
}
