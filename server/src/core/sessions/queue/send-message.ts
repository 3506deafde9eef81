import { parseAgentKey, requireHarness, requireMcpConnections, requireModel } from "../../access/index.ts";
import { authorOfKey, type MessageAuthor } from "../../accounts/index.ts";
import { AppError, newId, type RequestSender, refuseNul } from "../../base/index.ts";
import { type FoundThread, findThreads, type ThreadsToAssign } from "../assigned-thread/find-threads.ts";
import { getAttachments } from "../attachment/get-attachments.ts";
import { placeSteering } from "../message/decide-order.ts";
import { findMessage } from "../message/find-message.ts";
import { promptOf, referencesOf } from "../message/first-words.ts";
import type { Message, MessageReferences, MessageSource, SlashCommand } from "../message/message.ts";
import { newMessage } from "../message/new-message.ts";
import { readWords } from "../message/read-words.ts";
import { requireCommand } from "../message/require-command.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { unarchive } from "../session/archive-session.ts";
import { type AgentOptionsInput, readAgentOptions } from "../session/read-agent-options.ts";
import type { Session } from "../session/session.ts";
import type { Turn } from "../turn/turn.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";
import { enqueueTurn, messageQueued } from "./enqueue-turn.ts";

/** Maximum number of queued messages per session. */
export const maxQueued = 1_000;

export interface SendMessage {
  readonly sessionId: string;
  readonly content: string;
  readonly author?: MessageAuthor | null;
  /** API request that sends the message, or null if none does. */
  readonly sender?: RequestSender | null;
  readonly source?: MessageSource | null;
  /** ID that the caller chooses to make retries safe. An existing message with this ID is not changed. */
  readonly messageId?: string;
  /**
   * If true, an existing message with this ID must have the same content and session. Otherwise, the request fails with
   * `conflict`.
   */
  readonly isSameOnlyIfEqual?: boolean;
  readonly deliveryMode?: "queue" | "steer";
  /** Agent in the form `harness:model[:provider]`, or null for the session's agent. */
  readonly agent?: string | null;
  readonly agentOptions?: AgentOptionsInput | null;
  readonly slashCommand?: SlashCommand | null;
  readonly mcpServers?: readonly string[];
  readonly references?: MessageReferences;
  /** IDs of uploaded attachments. */
  readonly attachments?: readonly string[];
  /** Review threads that the agent answers in, or null. */
  readonly threads?: ThreadsToAssign | null;
  /**
   * Called in the same transaction before anything is written, unless the message already exists. An exception rolls
   * back the transaction and is rethrown.
   */
  readonly within?: (tx: SessionsTransaction) => Promise<void>;
}

export interface SentMessage {
  readonly message: Message;
  readonly session: Session;
  /** ID of the turn that processes the message, or null if the message waits while another turn is active. */
  readonly turnId: string | null;
  /** ID of the running turn that was notified of a steering message, or null if no turn was notified. */
  readonly steersTurnId: string | null;
}

/**
 * Adds a message to a session, or returns the existing message with the same ID. If no turn is active, enqueues one in
 * the same transaction. Restores an archived session. Appends the first message of a draft to the draft's prompt, unless
 * it is the prompt. Stores a steering message before it notifies the worker that holds the running turn. Throws
 * `not_found` if the session does not exist. Throws `conflict`
 * if 1,000 messages are queued, or if `isSameOnlyIfEqual` is true and a different message has the ID. Throws
 * `invalid_input` if a value is invalid, or if the agent, the command, an attachment or an MCP connection cannot be
 * used. Throws the errors of `findThreads`.
 */
export async function sendMessage(
  ports: SessionsPorts,
  organizationId: string,
  input: SendMessage,
): Promise<SentMessage> {
  const { words, known, agent, mode, keyId, attachments, author } = await resolveMessage(
    ports,
    organizationId,
    input,
  );
  const threads = await threadsFor(ports, organizationId, input);
  // Generates the IDs before the transaction, so that a retry after a commit whose response was lost has no effect.
  const ids = { message: input.messageId ?? newId(), turn: newId() };
  const sent = await ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, input.sessionId);
    if (session === null) throw new AppError("not_found", `Session ${input.sessionId} was not found.`);
    const earlier = input.messageId === undefined ? null : await findMessage(tx, input.messageId);
    if (earlier !== null) {
      if (input.isSameOnlyIfEqual === true) requireSame(earlier, session, words);
      return { message: earlier, session, turnId: earlier.turnId, steersTurnId: null };
    }
    await input.within?.(tx);
    await unarchive(ports, tx, session);
    const waiting = await tx.messages.queued(session.id);
    const worker = agent ?? waiting.findLast((one) => one.agent !== null)?.agent ?? session;
    const harness = requireHarness(worker.harness, known);
    if (input.slashCommand != null) await requireCommand(tx, session.id, input.slashCommand, harness);
    const busy = await tx.turns.active(session.id);
    const isBusy = busy !== null && busy.id !== ids.turn;
    const message = newMessage({
      id: ids.message,
      sessionId: session.id,
      content: session.status === "draft" ? wordsAfterPrompt(session, words) : words,
      author,
      sentByKeyId: keyId,
      request: input.sender?.request ?? null,
      source: input.source ?? null,
      turnId: isBusy ? null : ids.turn,
      delivery: mode === "queue" ? { mode } : { mode, steeredAs: null, isSending: false },
      agent,
      options: optionsFor(input, session, harness),
      slashCommand: input.slashCommand ?? null,
      mcpServers: input.mcpServers ?? [],
      references: referencesFor(input, session),
      attachments,
      createdAt: ports.clock.now(),
    });
    await tx.messages.insert(message);
    await assign(tx, message, threads);
    if (isBusy) return { ...(await wait(tx, message, waiting, busy)), session };
    await enqueueTurn(ports, tx, { session, message });
    await tx.sessions.setStatus(session.id, sessionStatusOf("queued"), message.createdAt);
    return { message, session, turnId: message.turnId, steersTurnId: null };
  });
  if (sent.steersTurnId !== null) await ports.engine.noticeSteering(sent.steersTurnId);
  return sent;
}

/** Validates the message and looks up the objects that it refers to. Writes nothing. */
async function resolveMessage(ports: SessionsPorts, organizationId: string, input: SendMessage) {
  const words = readWords(input.content);
  const known = ports.harnesses.list();
  const agent = input.agent == null ? null : parseAgentKey(input.agent, known, ports.modelProviders);
  if (agent !== null) await requireModel(ports, organizationId, agent, requireHarness(agent.harness, known));
  const mode = input.deliveryMode ?? "queue";
  if (mode === "steer" && agent !== null) {
    throw new AppError(
      "invalid_input",
      'A steering message is sent to the running harness. Remove "agent" or "deliveryMode".',
      { field: "agent" },
    );
  }
  refuseNul("slashCommand.command", input.slashCommand?.command ?? null);
  refuseNul("slashCommand.arguments", input.slashCommand?.arguments ?? null);
  const keyId = input.sender?.keyId ?? null;
  const attachments = await getAttachments(ports.store, { organizationId, keyId }, input.attachments ?? []);
  await requireMcpConnections(ports.store, { organizationId, keyId }, input.mcpServers ?? []);
  const author = input.author ?? (await authorOfKey(ports.store, organizationId, keyId));
  return { words, known, agent, mode, keyId, attachments, author } as const;
}

/**
 * Finds the review threads on the forge, unless the message already exists: a retry must succeed even if a comment was
 * deleted or the forge does not respond.
 */
async function threadsFor(
  ports: SessionsPorts,
  organizationId: string,
  { sessionId, messageId, threads }: SendMessage,
): Promise<readonly FoundThread[]> {
  if (threads == null) return [];
  const exists = messageId !== undefined && (await findMessage(ports.store, messageId)) !== null;
  return exists ? [] : findThreads(ports, organizationId, sessionId, threads);
}

async function assign(
  tx: SessionsTransaction,
  { id: messageId, createdAt }: Message,
  threads: readonly FoundThread[],
): Promise<void> {
  await tx.assignedThreads.insert(
    threads.map((thread, position) => ({
      ...thread,
      messageId,
      position,
      answer: null,
      isFixed: false,
      commitSha: null,
      repliedAt: null,
      resolvedAt: null,
      reason: null,
      createdAt,
    })),
  );
}

/**
 * Appends the words to the draft's prompt. Returns the prompt if the words are the prompt or the part of it that clients
 * show: a person starts a draft as it is by sending its prompt.
 */
function wordsAfterPrompt(session: Session, words: string): string {
  const prompt = promptOf(session);
  if (prompt === "") return words;
  return words === prompt || words === session.description ? prompt : `${prompt}\n\n${words}`;
}

function referencesFor({ references }: SendMessage, session: Session): MessageReferences {
  const none = { richContent: null, artifactId: null, pullRequestId: null };
  const given = references ?? none;
  const isBare = Object.values(given).every((value) => value === null);
  return session.status === "draft" && isBare ? referencesOf(session) : given;
}

/**
 * Throws `conflict` unless the message has the same content and session. The content of a draft's first message
 * includes the draft's prompt.
 */
function requireSame(earlier: Message, session: Session, words: string): void {
  const isSame = earlier.content === words || earlier.content === wordsAfterPrompt(session, words);
  if (earlier.sessionId === session.id && isSame) return;
  throw new AppError(
    "conflict",
    `The "id" ${earlier.id} is already used by another message. Choose a new one.`,
    {
      field: "id",
    },
  );
}

async function wait(tx: SessionsTransaction, message: Message, waiting: readonly Message[], busy: Turn) {
  if (waiting.length >= maxQueued && !waiting.some(({ id }) => id === message.id)) {
    throw new AppError(
      "conflict",
      `This session already has ${maxQueued} queued messages. Delete some, or wait until some have been processed.`,
    );
  }
  const steers = message.delivery.mode === "steer";
  if (steers) await tx.messages.setOrder(message.sessionId, placeSteering(waiting, message.id));
  await tx.events.append(message.sessionId, null, [messageQueued(message)]);
  const isSteered = steers && busy.state.status === "running";
  return { message, turnId: null, steersTurnId: isSteered ? busy.id : null };
}

/**
 * Returns the options of the message, or null for a draft's first message that sets none, which uses the session's
 * options.
 */
function optionsFor(
  { agentOptions = null }: SendMessage,
  session: Session,
  harness: Parameters<typeof readAgentOptions>[1],
): Message["options"] {
  if (session.status === "draft" && agentOptions === null) return null;
  return readAgentOptions(agentOptions, harness, session.options);
}
