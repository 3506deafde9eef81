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

/** Everything the steps of one attempt at a turn work with. */
export interface TurnContext extends TurnRecord {
  readonly ports: TurnsPorts;
  /** The run of an agent that the session is of; null for any other. As it was when the attempt began. */
  readonly run: AgentRun | null;
  /** Taken when the attempt began: one that is changed while it runs is used by the next. */
  readonly secrets: SessionSecrets;
  /** The MCP connections that the turn names. */
  readonly mcp: SessionServers;
  /** Hosts that the harness's own service needs. */
  readonly serviceRules: readonly EgressRule[];
  /** Signs for the hosts of bound secrets; null without any. */
  readonly authority: CertificateAuthority | null;
  /** Who answers for the model, by whose protocol. */
  readonly modelRoute: ModelRoute;
  /** What keeps the turn from being worked at all: it ends with this. */
  readonly problem: AppError | null;
  readonly checkouts: readonly Checkout[];
}

/** Which harness and model work the message, and who answers for the model. */
export function agentOf({ session: { harness, model, provider } }: Pick<TurnContext, "session">): AgentKey {
  return { harness, model, provider };
}

/** What programs of the session find in their environment: who commits, the organization's secrets, and what started the agent's run. */
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
