import { type ForgeComment, marker, postOnce, reactTo } from "../../forges/index.ts";
import type { IncomingComment, ThreadContext } from "./thread-context.ts";

/** Shows on the forge that work on the comments has started, with reactions or, if no reaction succeeds, with a reply. */
export async function acknowledge(
  context: ThreadContext,
  incoming: IncomingComment,
  taken: { readonly messageId: string; readonly comments: readonly ForgeComment[] },
): Promise<void> {
  const { thread } = incoming;
  const comments = incoming.comment === null ? [null] : taken.comments;
  let isSeen = false;
  for (const comment of comments) isSeen = (await reactTo(context, thread, comment, "seen")) || isSeen;
  if (isSeen) return;
  const replyTo =
    taken.comments.length === 1 && incoming.comment?.kind === "inline" ? incoming.comment : null;
  await postOnce(context, { thread, replyTo, marker: marker("seen", taken.messageId), body: "On it." });
}
