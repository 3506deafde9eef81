import { cutEnd, visibleWords, withoutInvisible } from "../../../forges/index.ts";

export interface TurnResult {
  readonly status: "completed" | "failed" | "cancelled";
  /** The turn's outcome, as a sentence. */
  readonly message: string;
  /** The branch is missing if an earlier version recorded the push. */
  readonly pushed: readonly { readonly directory: string; readonly sha: string; readonly branch?: string }[];
}

/**
 * Maximum length of the harness's or the error's text. The lowest limit of any forge is 32,768 characters, and the
 * reply adds more lines.
 */
const MAX_ANSWER = 28_000;

/**
 * Returns the agent's text for a comment on the forge. Removes markers that the harness may have copied, because they
 * would prevent later replies from being posted. Pure.
 */
export const answerText = (text: string): string => cutEnd(visibleWords(withoutInvisible(text)), MAX_ANSWER);

/** Composes the comment that Tembo posts on the forge after a turn, in Markdown. Pure. */
export function composeReply(reply: {
  readonly result: TurnResult;
  /** The harness's last message, or an empty string if there is none. */
  readonly lastWords: string;
  readonly mentionName: string;
  /** URLs of the session's open pull requests, except the one that the reply is posted to. */
  readonly pullRequestUrls: readonly string[];
  readonly sessionUrl: string;
}): string {
  const { result } = reply;
  const parts = [
    describeOutcome(reply),
    result.pushed.length === 0
      ? ""
      : `Pushed ${result.pushed.map(({ directory, sha }) => `${sha.slice(0, 7)} to ${directory}`).join(", ")}.`,
    reply.pullRequestUrls.length === 0 ? "" : `Pull request: ${reply.pullRequestUrls.join(", ")}`,
    `[Session](${reply.sessionUrl})`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function describeOutcome({
  result,
  lastWords,
  mentionName,
}: {
  readonly result: TurnResult;
  readonly lastWords: string;
  readonly mentionName: string;
}): string {
  switch (result.status) {
    case "completed":
      return answerText(lastWords) || result.message;
    case "failed":
      return `The task could not be finished. ${cutEnd(result.message, MAX_ANSWER)}\n\nTo try again after the problem is fixed, mention ${mentionName} here.`;
    case "cancelled":
      return `A person stopped the task. ${result.message}`;
  }
}
