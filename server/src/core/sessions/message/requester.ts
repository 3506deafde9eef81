import type { RequestOrigin } from "../../base/index.ts";
import type { AgentRun, AgentRunCause } from "../agent-run/agent-run.ts";
import type { MessageSource } from "./message.ts";

/** The API, the thread of a forge, the cause of an agent run, or the agent of another session. */
export type RequestSource = "api" | MessageSource["kind"] | AgentRunCause | "session";

/** Facts about the origin of a session or a turn. */
interface Requested {
  readonly userId: string | null;
  /** ID of the API key or sign-in, or null if no API request is the origin. */
  readonly keyId: string | null;
  readonly source: RequestSource;
  /** Login on the forge, or null if a forge is not the origin. */
  readonly login: string | null;
  /** Agent run that the session belongs to, or null. */
  readonly run: Pick<AgentRun, "agentId"> | null;
  readonly request: RequestOrigin | null;
}

/** Returns the fields of a log line that identify who asked for a session or a turn. Pure. */
export function requesterFields({ userId, keyId, source, login, run, request }: Requested) {
  return {
    source,
    sentByUserId: userId,
    sentByKeyId: keyId,
    ...(login !== null && { sentByLogin: login }),
    ...(run !== null && { agentId: run.agentId }),
    ...requestFields(request),
  };
}

/** Returns the fields of a log line that identify the API request. */
export function requestFields(request: RequestOrigin | null) {
  return {
    ...(request !== null && { requestId: request.id }),
    // Between the version and the span.
    ...(request?.traceparent != null && { traceId: request.traceparent.slice(3, 35) }),
  };
}
