import type { McpConnectionQueries } from "../access/mcp/mcp-connection-store.ts";
import type { ModelQueries } from "../access/model/model-store.ts";
import type { SecretQueries } from "../access/secret/secret-store.ts";
import type { SkillQueries } from "../access/skill/skill-store.ts";
import type { ApiKeyQueries } from "../accounts/api-key/api-key-store.ts";
import type { AuditActor } from "../accounts/audit/audit-event.ts";
import type { AuditQueries } from "../accounts/audit/audit-store.ts";
import type { MemberQueries } from "../accounts/member/member-store.ts";
import type { OrganizationQueries } from "../accounts/organization/organization-store.ts";
import type { KnownBrowserQueries } from "../accounts/sign-in/known-browser-store.ts";
import type { PasswordQueries } from "../accounts/sign-in/password-store.ts";
import type { SignInQueries } from "../accounts/sign-in/sign-in-store.ts";
import type { WelcomeLinkQueries } from "../accounts/sign-in/welcome-link-store.ts";
import type { UsageQueries } from "../accounts/usage/usage-store.ts";
import type { UserQueries } from "../accounts/user/user-store.ts";
import type {
  AgentQueries,
  AgentRunQueries,
  AgentScheduleQueries,
  AgentTriggerQueries,
} from "../automation/agent/agent-store.ts";
import type { OutgoingQueries, WebhookQueries } from "../automation/webhook/webhook-store.ts";
import type { IdempotencyQueries } from "../base/idempotency-store.ts";
import type { DeliveryQueries } from "../forges/delivery/delivery-store.ts";
import type {
  IntegrationQueries,
  IntegrationSetupQueries,
  PollingQueries,
} from "../forges/integration/integration-store.ts";
import type { LocalForgeRecords } from "../forges/local-forge/local-forge-records.ts";
import type { PullRequestQueries } from "../forges/pull-request/pull-request-store.ts";
import type { RepositoryQueries, SyncedRepositoryQueries } from "../forges/repository/repository-store.ts";
import type { ArtifactQueries, DiffQueries, PlanQueries } from "../sessions/artifact/artifact-store.ts";
import type { AskQueries } from "../sessions/ask/ask-store.ts";
import type { AttachmentQueries } from "../sessions/attachment/attachment-store.ts";
import type { SessionEvent } from "../sessions/event/event.ts";
import type { EventQueries, WireQueries } from "../sessions/event/event-store.ts";
import type { InsightQueries } from "../sessions/insight/insight-store.ts";
import type { LiveTicketQueries } from "../sessions/live/live-ticket-store.ts";
import type { MessageQueries } from "../sessions/message/message-store.ts";
import type { SessionFileQueries } from "../sessions/session/session-file-store.ts";
import type { SessionListQueries } from "../sessions/session/session-list-store.ts";
import type {
  ConversationQueries,
  KeptSandboxQueries,
  SessionChainQueries,
  SessionChangeQueries,
  SessionQueries,
} from "../sessions/session/session-store.ts";
import type { TurnQueries } from "../sessions/turn/turn-store.ts";

/**
 * Everything that lasts. Reads that name an organization see only its rows. A lost connection is waited out
 * (30 s) and the call repeated, so every write is safe to repeat. Throws `unavailable` when the database stays away.
 */
export interface Store extends Queries {
  /** Runs `work` in one transaction; a throw rolls everything back and passes on. It may run again, so it has no effects outside. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Events after `afterSeq` as they are appended; ends when the signal aborts. Never skips or repeats. */
  followEvents(sessionId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<SessionEvent>;
  /**
   * Yields when a session's visibility or owner, a key or a member of the organization may have changed, also when it cannot be known
   * whether one has; ends when the signal aborts.
   */
  followAccess(organizationId: string, signal: AbortSignal): AsyncIterable<void>;
  /** The audit log records what `work` changes as changed by this actor. */
  actingAs<T>(actor: AuditActor, work: () => T): T;
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
  readonly signIns: SignInQueries;
  readonly passwords: PasswordQueries;
  readonly welcomeLinks: WelcomeLinkQueries;
  readonly knownBrowsers: KnownBrowserQueries;
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
  readonly audit: AuditQueries;
}
