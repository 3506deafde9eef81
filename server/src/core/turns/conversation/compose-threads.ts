import { type AssignedThread, threadLabel } from "../../sessions/index.ts";

/** Composes the instruction to answer in the review threads that a message assigns, in its order. Pure. */
export function composeThreads(threads: readonly Pick<AssignedThread, "commentId" | "place">[]): string {
  const listed = threads.map(
    (thread, index) => `${index + 1}. ${threadLabel(thread)} (${JSON.stringify(thread.place)})`,
  );
  return [
    "This request assigns these review threads to you, in the order of its comments:",
    listed.join("\n"),
    'Answer each of them with the tool reply_to_review_thread, or "tembo review-thread reply". Resolve a thread only if your changes settle it.',
  ].join("\n\n");
}
