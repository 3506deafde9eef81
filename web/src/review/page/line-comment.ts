import { text } from "../../text/index.ts";

/** What somebody wants of one line, before it is sent. */
export interface LineComment {
  readonly id: string;
  readonly path: string;
  readonly side: "old" | "new";
  readonly line: number;
  readonly body: string;
}

/** One message of all comments, each with its place. */
export function messageOf(number: number | null, comments: readonly LineComment[]): string {
  const places = comments.map(({ path, side, line, body }, index) => {
    const where = side === "old" ? `${path}:${line} (${text.review.ask.removed})` : `${path}:${line}`;
    return `${index + 1}. ${where}\n${body}`;
  });
  return [text.review.ask.message(number), ...places].join("\n\n");
}
