import { cutEnd, visibleWords, withoutInvisible } from "../../../forges/index.ts";

/** How a turn ended. */
export interface TurnResult {
  readonly status: "completed" | "failed" | "cancelled";
  /** Of the turn itself: a sentence. */
  readonly message: string;
  readonly pushed: readonly { readonly directory: string; readonly sha: string }[];
}

/** The smallest limit of a forge is 32,768 characters; our own lines stand beside it. */
const MAX_ANSWER = 28_000;

/** What is posted on the forge when a turn has ended, in Markdown. Pure. */
export function composeReply(reply: {
  readonly result: TurnResult;
  /** Of the harness; empty when it said nothing. */
  readonly lastWords: string;
  readonly mentionName: string;
  /** Open ones of the session, when they are not where the reply goes. */
  readonly pullRequestUrls: readonly string[];
  readonly sessionUrl: string;
}): string {
  const { result } = reply;
  const parts = [
    said(reply),
    result.pushed.length === 0
      ? ""
      : `Pushed ${result.pushed.map(({ directory, sha }) => `${sha.slice(0, 7)} to ${directory}`).join(", ")}.`,
    reply.pullRequestUrls.length === 0 ? "" : `Pull request: ${reply.pullRequestUrls.join(", ")}`,
    `[Session](${reply.sessionUrl})`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function said({
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
      // What it may have copied of our markers would keep later replies from being posted.
      return cutEnd(visibleWords(withoutInvisible(lastWords)), MAX_ANSWER) || result.message;
    case "failed":
      return `This could not be finished. ${cutEnd(result.message, MAX_ANSWER)}\n\nWhen that is mended, call ${mentionName} here again to have another try.`;
    case "cancelled":
      return `Stopped by a person. ${result.message}`;
  }
}
