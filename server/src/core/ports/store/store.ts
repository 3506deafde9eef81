import type { SessionEvent } from "../../event/event.ts";
import type { AgentQueries, AgentRunQueries, AgentScheduleQueries, AgentTriggerQueries } from "./agent.ts";
import type { ApiKeyQueries } from "./api-key.ts";
import type { ArtifactQueries, DiffQueries, PlanQueries } from "./artifact.ts";
import type { AskQueries } from "./ask.ts";
import type { AttachmentQueries } from "./attachment.ts";
import type { DeliveryQueries } from "./delivery.ts";
import type { EventQueries, WireQueries } from "./event.ts";
import type { IdempotencyQueries } from "./idempotency.ts";
import type { InsightQueries } from "./insight.ts";
import type { IntegrationQueries, IntegrationSetupQueries, PollingQueries } from "./integration.ts";
import type { LiveTicketQueries } from "./live-ticket.ts";
import type { LocalForgeRecords } from "./local-forge.ts";
import type { McpConnectionQueries } from "./mcp-connection.ts";
import type { MemberQueries } from "./member.ts";
import type { MessageQueries } from "./message.ts";
import type { ModelQueries } from "./model.ts";
import type { OrganizationQueries } from "./organization.ts";
import type { PullRequestQueries } from "./pull-request.ts";
import type { RepositoryQueries, SyncedRepositoryQueries } from "./repository.ts";
import type { SecretQueries } from "./secret.ts";
import type {
  ConversationQueries,
  KeptSandboxQueries,
  SessionChainQueries,
  SessionChangeQueries,
  SessionQueries,
} from "./session.ts";
import type { SessionFileQueries } from "./session-file.ts";
import type { SessionListQueries } from "./session-list.ts";
import type { SkillQueries } from "./skill.ts";
import type { TurnQueries } from "./turn.ts";
import type { UsageQueries } from "./usage.ts";
import type { UserQueries } from "./user.ts";
import type { OutgoingQueries, WebhookQueries } from "./webhook.ts";

/**
 * Everything that lasts. Reads that name an organization see only its rows. A lost connection is waited out
 * (30 s) and the call repeated, so every write is safe to repeat. Throws `unavailable` when the database stays away.
 */
export interface Store extends Queries {
  /** Runs `work` in one transaction; a throw rolls everything back and passes on. It may run again, so it has no effects outside. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Events after `afterSeq` as they are appended; ends when the signal aborts. Never skips or repeats. */
  followEvents(sessionId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<SessionEvent>;
}

declare const transactionBrand: unique symbol;
/** A running transaction. The engine's adapter knows how to enqueue in it. */
export interface Transaction extends Queries {
  readonly [transactionBrand]?: never;
}

export interface Queries {
  readonly agents: AgentQueries;
  readonly agentSchedules: AgentScheduleQueries;
  readonly agentTriggers: AgentTriggerQueries;
  readonly agentRuns: AgentRunQueries;
  readonly apiKeys: ApiKeyQueries;
  readonly skills: SkillQueries;
  readonly organizations: OrganizationQueries;
  readonly users: UserQueries;
  readonly members: MemberQueries;
  readonly models: ModelQueries;
  readonly secrets: SecretQueries;
  readonly repositories: RepositoryQueries;
  readonly sessions: SessionQueries;
  readonly sessionLists: SessionListQueries;
  readonly sessionFiles: SessionFileQueries;
  readonly sessionChanges: SessionChangeQueries;
  readonly idempotency: IdempotencyQueries;
  readonly conversations: ConversationQueries;
  readonly keptSandboxes: KeptSandboxQueries;
  readonly sessionChains: SessionChainQueries;
  readonly mcpConnections: McpConnectionQueries;
  readonly messages: MessageQueries;
  readonly attachments: AttachmentQueries;
  readonly turns: TurnQueries;
  readonly events: EventQueries;
  readonly wire: WireQueries;
  readonly asks: AskQueries;
  readonly artifacts: ArtifactQueries;
  readonly plans: PlanQueries;
  readonly diffs: DiffQueries;
  readonly pullRequests: PullRequestQueries;
  readonly integrations: IntegrationQueries;
  readonly integrationSetup: IntegrationSetupQueries;
  readonly syncedRepositories: SyncedRepositoryQueries;
  readonly deliveries: DeliveryQueries;
  readonly polling: PollingQueries;
  readonly webhooks: WebhookQueries;
  readonly outgoing: OutgoingQueries;
  readonly usage: UsageQueries;
  readonly insights: InsightQueries;
  readonly liveTickets: LiveTicketQueries;
  readonly localForge: LocalForgeRecords;
}
