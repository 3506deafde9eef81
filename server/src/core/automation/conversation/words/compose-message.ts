import {
  cutEnd,
  cutStart,
  dataText,
  type ForgeComment,
  type ForgeIssue,
  type ForgePullRequest,
  forgeData,
  withoutFences,
  withoutInvisible,
} from "../../../forges/index.ts";
import { callText } from "../../agent/macro/get-macro.ts";

/** Comments on a pull request or issue, and their context, from which a message is composed. */
export interface CommentThread {
  /** Texts of `comments`, in the same order, or the text of the issue's description. */
  readonly words: readonly string[];
  /** Comments that contain the texts, one for each text. Empty if the text is the description of an issue. */
  readonly comments: readonly ForgeComment[];
  readonly on:
    | { readonly kind: "pullRequest"; readonly pullRequest: ForgePullRequest }
    | { readonly kind: "issue"; readonly issue: ForgeIssue };
  /** Instructions of the called agent, or null if none was called. */
  readonly instructions: string | null;
  /** Earlier comments for context, as `decideEarlier` selects them. */
  readonly earlier: readonly ForgeComment[];
}

const MAX_WORDS = 50_000;
const MAX_BODY = 16_000;
const MAX_EARLIER = 2_000;
const MAX_HUNK = 3_000;

const ANSWER =
  "If this is only a question, answer it and change nothing. The last message of your turn is posted as the reply.";

/** Composes the author's request and its context. Marks the text from the forge in the context as data. Pure. */
export function composeMessage(spoken: CommentThread): { readonly words: string; readonly context: string } {
  const data = [
    subjectOf(spoken),
    ...spoken.comments.map((comment, index) =>
      describePlace(comment, spoken.comments.length > 1 ? index + 1 : null),
    ),
    quoteEarlier(spoken.earlier),
  ];
  return { words: requestText(spoken), context: `${ANSWER}\n\n${forgeData(data)}` };
}

function requestText(spoken: CommentThread): string {
  const texts = spoken.words.map((words) => withoutFences(withoutInvisible(words)).trim());
  if (spoken.instructions !== null) return callText({ text: spoken.instructions }, joinTexts(texts));
  return texts.every((words) => words === "") ? unspoken(spoken) : joinTexts(texts);
}

function joinTexts(texts: readonly string[]): string {
  if (texts.every((words) => words === "")) return "";
  const [only, ...others] = texts;
  if (others.length === 0) return cutEnd(only!, MAX_WORDS);
  const listed = texts.flatMap((words, index) => (words === "" ? [] : [`${index + 1}. ${words}`]));
  return cutEnd(
    `A review with these comments. Their locations are listed below.\n\n${listed.join("\n\n")}`,
    MAX_WORDS,
  );
}

/** Returns the default request for text that contains only a mention. */
function unspoken({ on, comments }: CommentThread): string {
  if (on.kind === "issue") return `Resolve issue #${on.issue.number}, which is described below.`;
  if (comments.some(({ kind }) => kind === "inline"))
    return "Look at the lines that the comment below refers to, and fix what is wrong there.";
  return `Look at pull request #${on.pullRequest.number}, which is described below, and fix what is wrong with it.`;
}

function subjectOf({ on, comments }: CommentThread): string {
  if (on.kind === "issue") {
    const { number, title, url, body } = on.issue;
    const head = `Issue #${number}: ${line(title)}\n${line(url)}`;
    // Without comments, the issue's description is the request.
    return comments.length === 0 ? head : joined(head, dataText(body, MAX_BODY));
  }
  const { number, title, url, head, base, body } = on.pullRequest;
  return joined(
    `Pull request #${number}: ${line(title)}\n${line(url)}\nFrom the branch ${line(head)} into ${line(base)}.`,
    dataText(body, MAX_BODY),
  );
}

function describePlace({ place, author }: ForgeComment, number: number | null): string {
  const who = number === null ? "The comment" : `Comment ${number}`;
  if (place === null) return `${who} is by ${line(author.login)}. It is not on a specific line.`;
  const at =
    place.line === null ? "" : `, line ${place.line}${place.side === "old" ? " of the old version" : ""}`;
  const hunk = place.diffHunk === null ? "" : cutStart(withoutInvisible(place.diffHunk), MAX_HUNK);
  return joined(`${who} is by ${line(author.login)}, on the file ${line(place.path)}${at}.`, hunk);
}

function quoteEarlier(earlier: readonly ForgeComment[]): string {
  if (earlier.length === 0) return "";
  const texts = earlier.map(
    ({ author, body }) => `${line(author.login)} wrote:\n${dataText(body, MAX_EARLIER)}`,
  );
  return `Earlier comments, oldest first:\n\n${texts.join("\n\n")}`;
}

const line = (text: string) => cutEnd(withoutInvisible(text).replaceAll(/\s+/g, " ").trim(), 500);
const joined = (head: string, rest: string) => (rest === "" ? head : `${head}\n${rest}`);
