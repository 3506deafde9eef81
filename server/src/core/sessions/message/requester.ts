import { parseTraceparent, type RequestOrigin } from "../../base/index.ts";
import type { AgentRun, AgentRunCause } from "../agent-run/agent-run.ts";
import type { Message, MessageSource } from "./message.ts";

/** The API, the thread of a forge, the cause of an agent run, or the agent of another session. */
type RequestSource = "api" | MessageSource["kind"] | AgentRunCause | "session";

/** Person, program, forge or agent that requested a session or a turn. */
export interface Requester {
  readonly source: RequestSource;
  readonly userId: string | null;
  /** ID of the API key or sign-in, or null if no API request is the origin. */
  readonly keyId: string | null;
  /** Login on the forge, or null if a forge is not the origin. */
  readonly login: string | null;
  /** Saved agent whose run the session belongs to, or null. */
  readonly agentId: string | null;
  readonly request: RequestOrigin | null;
}

/** Message of a session or, for a draft, the message that would begin it. */
type Sent = Pick<Message, "sentByKeyId" | "source" | "author" | "request">;

/**
 * Returns the ID of the API key or sign-in that requested the message. For the message of an agent run, this is the one
 * that started the run, or null for a schedule and a trigger. Pure.
 */
export function requesterKeyOf(
  { sentByKeyId, source }: Pick<Sent, "sentByKeyId" | "source">,
  run: Pick<AgentRun, "startedByKeyId"> | null,
): string | null {
  return sentByKeyId ?? (source === null ? (run?.startedByKeyId ?? null) : null);
}

/** Returns the requester of a message. `userId` is the person with the key from `requesterKeyOf`. Pure. */
export function requesterOf({
  message,
  run,
  userId,
}: {
  readonly message: Sent;
  /** Agent run that the session belongs to, or null. */
  readonly run: Pick<AgentRun, "agentId" | "cause" | "startedByKeyId"> | null;
  readonly userId: string | null;
}): Requester {
  const { sentByKeyId, source, author, request } = message;
  return {
    source: source?.kind ?? (sentByKeyId === null ? (run?.cause ?? "session") : "api"),
    userId,
    keyId: requesterKeyOf(message, run),
    login: source === null ? null : (author?.login ?? null),
    agentId: run?.agentId ?? null,
    request,
  };
}

/** Returns the fields of a log line that identify a requester, without those of the API request. Pure. */
export function requesterFields({ source, userId, keyId, login, agentId }: Requester) {
  return {
    source,
    sentByUserId: userId,
    sentByKeyId: keyId,
    ...(login !== null && { sentByLogin: login }),
    ...(agentId !== null && { agentId }),
  };
}

/** Returns the fields of a log line that identify an API request. Pure. */
export function requestFields(request: RequestOrigin | null) {
  const span = request?.traceparent == null ? null : parseTraceparent(request.traceparent);
  return {
    ...(request !== null && { requestId: request.id }),
    ...(span !== null && { traceId: span.traceId }),
  };
}
