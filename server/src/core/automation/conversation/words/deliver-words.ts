import { derivedId } from "../../../base/index.ts";
import { type ForgeComment, type ForgeThread, visibleWords } from "../../../forges/index.ts";
import {
  type MessageSource,
  prepareSession,
  type SessionsTransaction,
  sendMessage,
  storeSession,
} from "../../../sessions/index.ts";
import { workedAs } from "../../agent/macro/expand-macro.ts";
import type { CalledAgent } from "../../agent/macro/get-macro.ts";
import { decideMention } from "../mention/decide-mention.ts";
import { type IncomingComment, mentionSyntax, type ThreadContext } from "../thread-context.ts";
import { type CommentThread, composeMessage } from "./compose-message.ts";
import { decideEarlier } from "./decide-earlier.ts";
import { messageAuthor } from "./message-author.ts";

/** The pull request or issue, all comments on it, and the called agent. */
export interface Surroundings {
  readonly on: CommentThread["on"];
  readonly all: readonly ForgeComment[];
  /** Agent that was called by its key, or null if none was called. */
  readonly macro: CalledAgent | null;
}

export type Delivered =
  | {
      readonly kind: "sent";
      readonly sessionId: string;
      readonly messageId: string;
      readonly isNewSession: boolean;
      readonly comments: readonly ForgeComment[];
    }
  /** Another delivery has already handled these comments. */
  | { readonly kind: "taken"; readonly sessionId: string | null }
  /** The session is private. A comment on a forge starts no work in it. The session's owner sees a notice. */
  | { readonly kind: "private" }
  /** Too many deliveries contend for the same subject. Retry later. */
  | { readonly kind: "contended" };

const MAX_ATTEMPTS = 5;
/** Thrown to roll back a transaction. */
const notAllTaken = new Error("another delivery has claimed some of the comments");
const isPrivate = new Error("the session is private");

/**
 * Creates a message from the comments that have not been handled yet. The message belongs to the session of the pull request or issue, or to a new
 * session. Handles each comment once and creates one session per pull request or issue, even if several deliveries report them concurrently. A
 * repeated call with the same delivery finds its message. Throws the errors of `prepareSession`, `storeSession` and `sendMessage`.
 */
export async function deliverWords(
  threadContext: ThreadContext,
  incoming: IncomingComment,
  gathered: readonly ForgeComment[],
  surroundings: Surroundings,
): Promise<Delivered> {
  const { thread } = incoming;
  const calledKey = keyOf(incoming);
  const messageId = derivedId("message", threadContext.deliveryId, threadContext.repository.id, calledKey);
  let comments = gathered;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const sessionId = await sessionOf(threadContext, thread);
    const keys = [
      ...new Set([calledKey, ...comments.map(commentKey), ...(sessionId === null ? [startKey(thread)] : [])]),
    ].toSorted();
    let won: readonly string[] = keys;
    const take = async (tx: SessionsTransaction) => {
      // Checks the visibility in the transaction that locks the session, so that it cannot become private before the
      // message is sent.
      if (sessionId !== null && (await tx.sessions.get(sessionId)).visibility === "private") throw isPrivate;
      won = await tx.messages.takeComments(messageId, threadContext.repository.id, keys);
      if (won.length < keys.length) throw notAllTaken;
    };
    try {
      const spoken = toCommentThread(threadContext, incoming, comments, surroundings);
      const sent = await send(threadContext, incoming, {
        sessionId,
        messageId,
        comments,
        spoken,
        take,
        macro: surroundings.macro,
      });
      return { kind: "sent", sessionId: sent, messageId, isNewSession: sessionId === null, comments };
    } catch (cause) {
      if (cause === isPrivate && sessionId !== null) {
        await noteWaiting(threadContext, incoming, sessionId);
        return { kind: "private" };
      }
      if (cause !== notAllTaken) throw cause;
    }
    if (!won.includes(calledKey)) return { kind: "taken", sessionId: await sessionOf(threadContext, thread) };
    comments = comments.filter((comment) => won.includes(commentKey(comment)));
  }
  return { kind: "contended" };
}

/**
 * Appends a notice about an ignored mention to a private session, once per comment. Tembo cannot verify that a forge
 * user is the owner, and its reply on the forge would be public.
 */
async function noteWaiting(
  { ports, repository }: ThreadContext,
  incoming: IncomingComment,
  sessionId: string,
): Promise<void> {
  const message = `${incoming.author.login} mentioned this session at ${incoming.url}. The session is private, so no work was started. Send a message to act on it.`;
  await ports.store.events.append(sessionId, null, [
    {
      key: `mention:${repository.id}:${keyOf(incoming)}`,
      messageId: null,
      data: { type: "notice", message },
    },
  ]);
}

async function send(
  threadContext: ThreadContext,
  incoming: IncomingComment,
  what: {
    readonly sessionId: string | null;
    readonly messageId: string;
    readonly comments: readonly ForgeComment[];
    readonly spoken: CommentThread;
    readonly take: (tx: SessionsTransaction) => Promise<void>;
    readonly macro: CalledAgent | null;
  },
): Promise<string> {
  const { ports, repository } = threadContext;
  const { words, context } = composeMessage(what.spoken);
  const host = new URL(threadContext.integration?.webUrl ?? ports.settings.publicUrl).hostname;
  const author = messageAuthor(incoming.author, host);
  const source = sourceOf(threadContext, incoming, what.comments);
  const worked = what.macro === null ? {} : workedAs({ mcpServers: [] }, what.macro);
  if (what.sessionId !== null) {
    const { message } = await sendMessage(ports, repository.organizationId, {
      sessionId: what.sessionId,
      content: `${words}\n\n${context}`,
      ...worked,
      author,
      source,
      messageId: what.messageId,
      within: what.take,
    });
    return message.sessionId;
  }
  const { on } = what.spoken;
  const subject = on.kind === "issue" ? on.issue : on.pullRequest;
  const created = await prepareSession(ports, repository.organizationId, {
    origin: {
      kind: "forge",
      source: {
        kind: on.kind,
        repositoryId: repository.id,
        number: subject.number,
        url: subject.url,
        title: subject.title,
      },
      author,
      messageSource: source,
      messageId: what.messageId,
    },
    prompt: words,
    description: context,
    repositoryIds: [repository.id],
    targetBranch: on.kind === "issue" ? null : on.pullRequest.base,
    branchName: on.kind === "issue" ? null : on.pullRequest.head,
    sandboxSize: what.macro?.sandboxSize ?? null,
    ...worked,
  });
  await storeSession(ports, created, async (tx, write) => {
    await what.take(tx);
    await write();
  });
  return created.session.id;
}

async function sessionOf({ ports, repository }: ThreadContext, thread: ForgeThread): Promise<string | null> {
  const { store } = ports;
  if (thread.kind === "pullRequest") {
    const known = await store.pullRequests.findByNumber(repository.id, thread.number);
    if (known !== null && known.sessionId !== null) return known.sessionId;
  }
  const source = { kind: thread.kind, repositoryId: repository.id, number: thread.number };
  return (await store.sessions.findBySource(repository.organizationId, source))?.id ?? null;
}

function toCommentThread(
  threadContext: ThreadContext,
  incoming: IncomingComment,
  comments: readonly ForgeComment[],
  { on, all, macro }: Surroundings,
): CommentThread {
  const withoutMention = (body: string) => {
    const mention = decideMention(body, mentionSyntax(threadContext.ports, threadContext.integration));
    if (mention === null) return visibleWords(body);
    return mention.macro?.key === macro?.key ? (mention.macro?.rest ?? mention.words) : mention.words;
  };
  const words =
    incoming.comment === null
      ? [withoutMention(incoming.body)]
      : comments.map(({ body }) => withoutMention(body));
  const instructions = macro?.text ?? null;
  return {
    words,
    comments,
    on,
    instructions,
    earlier: incoming.comment === null ? [] : decideEarlier(all, comments),
  };
}

function sourceOf(
  { integration, repository }: ThreadContext,
  incoming: IncomingComment,
  comments: readonly ForgeComment[],
): MessageSource {
  const [only, ...others] = comments;
  const isAlone = others.length === 0;
  const inline = isAlone && only?.kind === "inline" ? only : null;
  return {
    kind: incoming.comment === null ? "issue" : isAlone && only?.kind !== "review" ? "comment" : "review",
    integrationId: integration?.id ?? null,
    repositoryId: repository.id,
    thread: incoming.thread,
    replyTo: inline === null ? null : { id: inline.id, threadId: inline.threadId },
    comments: comments.map(({ id, kind, threadId }) => ({ id, kind, threadId })),
    url: incoming.url,
  };
}

const commentKey = ({ kind, id }: Pick<ForgeComment, "kind" | "id">) => `${kind}:${id}`;
const startKey = ({ kind, number }: ForgeThread) => `start:${kind}:${number}`;
const keyOf = ({ comment, thread }: IncomingComment) =>
  comment === null ? `text:${thread.kind}:${thread.number}` : commentKey(comment);
