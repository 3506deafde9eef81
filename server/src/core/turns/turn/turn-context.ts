import type {
  AgentKey,
  CertificateAuthority,
  EgressRule,
  ModelRoute,
  SessionSecrets,
  SessionServers,
} from "../../access/index.ts";
import type { AppError } from "../../base/index.ts";
import type { AgentRun, TurnRecord } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";
import type { Checkout } from "./checkout.ts";
import { gitEnvironmentOf } from "./identity.ts";

/** Everything that the steps of one attempt at a turn work with. */
export interface TurnContext extends TurnRecord {
  readonly ports: TurnsPorts;
  /** The agent's run that the session belongs to, as of the beginning of the attempt, or null. */
  readonly run: AgentRun | null;
  /** Secrets as of the beginning of the attempt. A later change takes effect in the next attempt. */
  readonly secrets: SessionSecrets;
  /** MCP connections that the turn names. */
  readonly mcp: SessionServers;
  /** Rules for the hosts that the harness's own service needs. */
  readonly serviceRules: readonly EgressRule[];
  /** Certificate authority for the hosts of bound secrets, or null if there are none. */
  readonly authority: CertificateAuthority | null;
  /** Provider that serves the model, and its protocol family. */
  readonly modelRoute: ModelRoute;
  /** Error that prevents the turn from running and with which it ends, or null. */
  readonly problem: AppError | null;
  readonly checkouts: readonly Checkout[];
}

/** Returns the harness, model and provider that work the message. */
export function agentOf({ session: { harness, model, provider } }: Pick<TurnContext, "session">): AgentKey {
  return { harness, model, provider };
}

/**
 * Returns the environment of the session's programs: the git identity, the organization's secrets and the payload
 * that triggered the agent's run.
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
