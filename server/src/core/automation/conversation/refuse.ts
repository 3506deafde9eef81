import { marker, postOnce, reactTo } from "../../forges/index.ts";
import type { Handled, IncomingComment, ThreadContext } from "./thread-context.ts";

/** Rejects a request with a reaction and a comment. Posts the comment only once per thread and `reason`. */
export async function refuse(
  context: ThreadContext,
  incoming: IncomingComment,
  no: { readonly reason: string; readonly sentence: string },
): Promise<Handled> {
  await reactTo(context, incoming.thread, incoming.comment, "refused");
  await postOnce(context, {
    thread: incoming.thread,
    replyTo: incoming.comment?.kind === "inline" ? incoming.comment : null,
    marker: marker("refused", no.reason),
    body: no.sentence,
  });
  return { outcome: `Refused: ${no.sentence}`, sessionId: null };
}
