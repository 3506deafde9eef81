import type {
  AgentKey,
  CertificateAuthority,
  EgressRule,
  ModelRoute,
  SessionSecrets,
  SessionServers,
} from "../../access/index.ts";
import type { AppError, SpanContext } from "../../base/index.ts";
import {
  type AgentRun,
  type Project,
  type Requester,
  requesterFields,
  requesterOf,
  requestFields,
  type TurnFacts,
  type TurnRecord,
} from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Checkout } from "./checkout.ts";
import { gitEnvironmentOf } from "./identity.ts";

/**
 * Data and dependencies for a session's sandbox and harness. They are known before a turn exists, so that work can be
 * prepared. Nothing that receives only this can record an event.
 */
export interface WorkContext
  extends Pick<TurnFacts, "session" | "message" | "organization">,
    Pick<TurnRecord, "masker"> {
  readonly ports: TurnsPorts;
  /**
   * Agent run that the session belongs to, as of the beginning of the attempt, or null if no run created the session.
   */
  readonly run: AgentRun | null;
  /** Person whose key or sign-in sent the message, or null. */
  readonly sentByUserId: string | null;
  /** Person with the key or sign-in that requested the turn, or null. The turn of an agent run does not act for this person. */
  readonly requesterUserId: string | null;
  /** The session's project, which may be archived, or null. */
  readonly project: Project | null;
  /** Secrets as of the beginning of the attempt. A later change takes effect in the next attempt. */
  readonly secrets: SessionSecrets;
  readonly mcp: SessionServers;
  /** Rules for the hosts that the harness's own service needs. */
  readonly serviceRules: readonly EgressRule[];
  /** Certificate authority for the hosts of header injection rules, or null if there are none. */
  readonly authority: CertificateAuthority | null;
  /** Provider that serves the model, and its protocol family. */
  readonly modelRoute: ModelRoute;
  /** Error that prevents the turn from running, or null. The turn ends with this error. */
  readonly problem: AppError | null;
  readonly checkouts: readonly Checkout[];
}

/** Data and dependencies for the steps of one attempt at a turn. */
export interface TurnContext extends WorkContext, TurnRecord {
  /** Ports whose log adds the IDs of the turn and of its request to each line. */
  readonly ports: TurnsPorts;
  /** Span to which the current work belongs: the turn's, or that of a step. */
  readonly span: SpanContext;
}

/** Returns the context with another number of its session. */
export function withSessionNumber<T extends Pick<TurnFacts, "session">>(context: T, number: number): T {
  return { ...context, session: { ...context.session, number } };
}

/** Returns the IDs that the turn's log adds to each line. */
export function turnIds({
  session,
  message,
  lease,
}: {
  readonly session: Pick<TurnContext["session"], "id" | "organizationId">;
  readonly message: Pick<TurnContext["message"], "request">;
  readonly lease: TurnContext["lease"];
}) {
  return {
    organizationId: session.organizationId,
    sessionId: session.id,
    turnId: lease.turnId,
    attempt: lease.attempt,
    ...requestFields(message.request),
  };
}

/**
 * Returns the fields of a log line about the sender of a turn's message, in addition to those of the turn's log. The log never
 * contains the text of messages.
 */
export function senderFields(context: TurnContext) {
  return { messageId: context.message.id, ...requesterFields(turnRequester(context)) };
}

/** Returns the requester of a turn. */
export function turnRequester({
  message,
  run,
  requesterUserId,
}: Pick<TurnContext, "message" | "run" | "requesterUserId">): Requester {
  return requesterOf({ message, run, userId: requesterUserId });
}

/** Returns the harness, model and provider that process the message. */
export function agentOf({ session: { harness, model, provider } }: Pick<TurnContext, "session">): AgentKey {
  return { harness, model, provider };
}

/**
 * Returns the environment for the session's programs: the git identity, the organization's secrets and the agent run's
 * payload.
 */
export function sessionEnvironment({
  message,
  secrets,
  run,
}: Pick<TurnContext, "message" | "secrets" | "run">): Readonly<Record<string, string>> {
  return {
    ...gitEnvironmentOf(message),
    ...secrets.environment,
    ...(run !== null && { TRIGGER_PAYLOAD: JSON.stringify(run.payload) }),
  };
}
