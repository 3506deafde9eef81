import { type AssignedThread, threadLabel } from "../../sessions/index.ts";

/** How the agent answers in review threads. A plan and a private session cannot reply in them. */
export type ThreadAnswer = "reply" | "plan" | "message";

const instructions: Readonly<Record<ThreadAnswer, string>> = {
  reply:
    'Answer each of them with the tool reply_to_review_thread, or "tembo review-thread reply". Resolve a thread only if your changes settle it.',
  plan: "Do not reply in the threads. Describe in the plan how to settle each of them.",
  message:
    "Do not reply in the threads, because this session is private. Answer each of them in your last message.",
};

/** Composes the instruction to answer in the review threads that a message assigns, in its order. Pure. */
export function composeThreads(
  threads: readonly Pick<AssignedThread, "commentId" | "place">[],
  answer: ThreadAnswer,
): string {
  const listed = threads.map(
    (thread, index) => `${index + 1}. ${threadLabel(thread)} (${JSON.stringify(thread.place)})`,
  );
  return [
    "This request assigns these review threads to you, in the order of its comments:",
    listed.join("\n"),
    instructions[answer],
  ].join("\n\n");
}
