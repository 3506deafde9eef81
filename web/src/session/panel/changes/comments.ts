import { text } from "../../../text/index.ts";

/** A comment on one line. All comments are sent together as one message. */
export interface LineComment {
  readonly id: string;
  /** Folder of the repository in the workspace. */
  readonly root: string;
  readonly path: string;
  readonly side: "old" | "new";
  readonly line: number;
  /** Content of the line when the comment was written. */
  readonly quoted: string;
  readonly body: string;
}

const MAX_QUOTED = 200;

/**
 * Combines all comments into one message. Each comment follows its file and line number and a quotation of the line.
 */
export function composeMessage(comments: readonly LineComment[]): string {
  const parts = comments.map(({ root, path, side, line, quoted, body }) => {
    const place = `${root}/${path}:${line}`.replaceAll(/[\x00-\x1f\x7f]/g, "?");
    const when = side === "old" ? ` (${text.panel.changes.before})` : "";
    const cut = quoted.length > MAX_QUOTED ? `${quoted.slice(0, MAX_QUOTED)}…` : quoted;
    return `${place}${when}\n> ${cut.replaceAll("\r", "")}\n\n${body}`;
  });
  return [text.panel.changes.intro, ...parts].join("\n\n");
}
