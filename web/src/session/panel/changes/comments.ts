import { text } from "../../../text/index.ts";

/** What a person says about one line; sent with the others as one message. */
export interface LineComment {
  readonly id: string;
  /** The folder of the repository in the workspace. */
  readonly root: string;
  readonly path: string;
  readonly side: "old" | "new";
  readonly line: number;
  /** The line as it was read. */
  readonly quoted: string;
  readonly body: string;
}

const MAX_QUOTED = 200;

/** One message of all comments, each under its file and line, with what stands there. */
export function messageOf(comments: readonly LineComment[]): string {
  const parts = comments.map(({ root, path, side, line, quoted, body }) => {
    const place = `${root}/${path}:${line}`.replaceAll(/[\x00-\x1f\x7f]/g, "?");
    const when = side === "old" ? ` (${text.panel.changes.before})` : "";
    const cut = quoted.length > MAX_QUOTED ? `${quoted.slice(0, MAX_QUOTED)}…` : quoted;
    return `${place}${when}\n> ${cut.replaceAll("\r", "")}\n\n${body}`;
  });
  return [text.panel.changes.intro, ...parts].join("\n\n");
}
