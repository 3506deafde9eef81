import { AppError } from "../../base/index.ts";
import { commentOfReview, type ForgeEvent, reactTo } from "../../forges/index.ts";
import { type CalledAgent, getMacro } from "../agent/macro/get-macro.ts";
import type { AutomationPorts } from "../ports.ts";
import { acknowledge } from "./acknowledge.ts";
import { decideIgnore } from "./decide-ignore.ts";
import { decideMention, type Mention } from "./mention/decide-mention.ts";
import { refuse } from "./refuse.ts";
import {
  type ForgeEventContext,
  type Handled,
  type IncomingComment,
  loadThreadContext,
  mentionSyntax,
  nothing,
  type ThreadContext,
} from "./thread-context.ts";
import type { CommentThread } from "./words/compose-message.ts";
import { deliverWords } from "./words/deliver-words.ts";
import { gatherComments } from "./words/gather-comments.ts";

export type TalkEvent = Extract<
  ForgeEvent,
  { type: "comment.created" | "review.submitted" | `issue.${string}` }
>;

/**
 * Handles text on a forge. If the text mentions Tembo and is not ignored, sends it to a session as a message, or replies with the reason why this is
 * not possible. Returns `later` if the text must be handled again after a delay.
 */
export async function talk(
  ports: AutomationPorts,
  eventContext: ForgeEventContext<TalkEvent>,
): Promise<Handled> {
  const incoming = commentIn(eventContext.event);
  const mention =
    incoming === null ? null : decideMention(incoming.body, mentionSyntax(ports, eventContext.integration));
  if (incoming === null || mention === null) return nothing;
  const { repository, event } = eventContext;
  const name = `${repository.owner}/${repository.name}`;
  if (repository.enabledAt === null) {
    return {
      outcome: `The repository ${name} is not enabled, so comments there are ignored.`,
      sessionId: null,
    };
  }
  const context = await loadThreadContext(ports, eventContext);
  const ignoreReason = decideIgnore({
    author: incoming.author,
    ownId: context.ownId,
    at: event.at,
    now: ports.clock.now(),
  });
  if (ignoreReason !== null) return { outcome: ignoreReason, sessionId: null };
  return listen(context, incoming, mention);
}

async function listen(context: ThreadContext, incoming: IncomingComment, mention: Mention): Promise<Handled> {
  const { forge, repository } = context;
  if (!(await forge.canWrite(repository, incoming.author))) {
    const sentence = `Only people who can push to ${repository.owner}/${repository.name} can start work here. Ask one of them.`;
    return refuse(context, incoming, { reason: incoming.author.id, sentence });
  }
  if (repository.isArchived) {
    const sentence = "This repository is archived, so Tembo cannot push to it. Unarchive it first.";
    return refuse(context, incoming, { reason: "archived", sentence });
  }
  const on = await subjectOf(context, incoming);
  if (on === null) {
    return {
      outcome: `${incoming.thread.kind === "issue" ? "Issue" : "Pull request"} #${incoming.thread.number} no longer exists.`,
      sessionId: null,
    };
  }
  if (on.kind === "pullRequest" && on.pullRequest.isFromFork) {
    const sentence =
      "This pull request comes from a fork. Tembo cannot push to it, and its code must not run with this organization's secrets. Push the branch to this repository and open a pull request from there.";
    return refuse(context, incoming, { reason: "fork", sentence });
  }
  const macro = await calledAgent(context, mention);
  if (typeof macro === "string")
    return refuse(context, incoming, { reason: reasonOf(incoming), sentence: macro });
  await reactTo(context, incoming.thread, incoming.comment, "seen");
  const gathered = await gatherComments(context, incoming);
  if (gathered.kind === "later") return gathered;
  try {
    const delivered = await deliverWords(context, incoming, gathered.comments, {
      on,
      all: gathered.all,
      macro,
    });
    if (delivered.kind === "contended") return { kind: "later", afterMs: 5_000 };
    if (delivered.kind === "private") {
      const sentence =
        "A private session is working on this, so comments cannot start work. The person who started the session can continue it in Tembo.";
      return await refuse(context, incoming, { reason: reasonOf(incoming), sentence });
    }
    const { sessionId } = delivered;
    if (delivered.kind === "taken")
      return { outcome: "These comments are already being handled.", sessionId };
    await acknowledge(context, incoming, delivered);
    const outcome = delivered.isNewSession ? "A session was started." : "The session received a message.";
    return { outcome, sessionId };
  } catch (cause) {
    if (!(cause instanceof AppError) || !sayable.has(cause.code)) throw cause;
    return refuse(context, incoming, { reason: reasonOf(incoming), sentence: cause.message });
  }
}

/** Codes of errors that a person can resolve. All other errors are thrown to the job, which handles the retries. */
const sayable: ReadonlySet<string> = new Set(["invalid_input", "not_found", "conflict"]);

/** Returns a separate reason for each comment, so that each comment receives one reply. */
const reasonOf = ({ comment }: IncomingComment) => comment?.id ?? "text";

/** Returns the agent that the mention calls, or null if it calls none. If the agent cannot be called, returns a message that explains why. */
async function calledAgent(
  { ports, repository }: ThreadContext,
  { macro }: Mention,
): Promise<CalledAgent | string | null> {
  if (macro === null) return null;
  try {
    return await getMacro(ports.store, repository.organizationId, macro.key);
  } catch (cause) {
    if (!(cause instanceof AppError) || !sayable.has(cause.code)) throw cause;
    return cause.message;
  }
}

async function subjectOf(
  { forge, repository }: ThreadContext,
  { thread }: IncomingComment,
): Promise<CommentThread["on"] | null> {
  if (thread.kind === "issue") {
    const issue = await forge.findIssue(repository, thread.number);
    return issue === null ? null : { kind: "issue", issue };
  }
  const pullRequest = await forge.findPullRequestByNumber(repository, thread.number);
  return pullRequest === null ? null : { kind: "pullRequest", pullRequest };
}

function commentIn(event: TalkEvent): IncomingComment | null {
  switch (event.type) {
    case "comment.created": {
      const { thread, comment } = event;
      return { thread, author: comment.author, body: comment.body, url: comment.url, comment };
    }
    case "review.submitted": {
      const { author, body, url } = event.review;
      const thread = { kind: "pullRequest", number: event.number } as const;
      return { thread, author, body, url, comment: commentOfReview(event.review) };
    }
    default: {
      if (event.type !== "issue.opened") return null;
      const { number, body, url } = event.issue;
      const author = event.issue.author ?? event.actor;
      if (author === null) return null;
      return { thread: { kind: "issue", number }, author, body, url, comment: null };
    }
  }
}
