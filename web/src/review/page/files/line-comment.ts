import { text } from "../../../text/index.ts";
import type { Thread } from "../conversation/threads.ts";

/** A request to the agent that concerns one or more lines. */
export interface LineComment {
  readonly id: string;
  readonly path: string;
  readonly side: "old" | "new";
  /** Line number, or null for the whole file. */
  readonly line: number | null;
  readonly startLine?: number | null;
  /** True if the lines have changed since the comment was written. */
  readonly isOutdated?: boolean;
  readonly body: string;
}

/**
 * Converts a thread to at most one request to the agent. If the thread has several comments, the request includes their
 * authors.
 */
export function toLineComments({ first, replies }: Thread): readonly LineComment[] {
  const { id, place } = first;
  if (place === null) return [];
  const body =
    replies.length === 0
      ? first.body
      : [first, ...replies]
          .map((one) => `${text.review.ask.by(one.author.name ?? one.author.login)}\n${one.body}`)
          .join("\n\n");
  return [{ id, ...place, body }];
}

/** Combines all comments into one message, each with its file and lines. */
export function composeMessage(number: number | null, comments: readonly LineComment[]): string {
  const places = comments.map((comment, index) => `${index + 1}. ${formatPlace(comment)}\n${comment.body}`);
  return [text.review.ask.message(number), ...places].join("\n\n");
}

function formatPlace({ path, side, line, startLine = null, isOutdated = false }: LineComment): string {
  const lines = line === null ? "" : startLine === null ? `:${line}` : `:${startLine}-${line}`;
  const notes = [side === "old" && text.review.ask.removed, isOutdated && text.review.ask.outdated];
  const summary = notes.filter((note) => note !== false).join(", ");
  return summary === "" ? `${path}${lines}` : `${path}${lines} (${summary})`;
}
