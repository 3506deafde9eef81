import type { AuditActor } from "../../audit/audit-event.ts";
import type { SessionEvent } from "../../event/event.ts";
import type { DeliveryQueries } from "./forge/delivery.ts";
import type { IntegrationQueries, IntegrationSetupQueries, PollingQueries } from "./forge/integration.ts";
import type { LocalForgeRecords } from "./forge/local-forge-records.ts";
import type { PullRequestQueries } from "./forge/pull-request.ts";
import type { RepositoryQueries, SyncedRepositoryQueries } from "./forge/repository.ts";
import type {
  AgentQueries,
  AgentRunQueries,
  AgentScheduleQueries,
  AgentTriggerQueries,
} from "./harness/agent.ts";
import type { McpConnectionQueries } from "./harness/mcp-connection.ts";
import type { ModelQueries } from "./harness/model.ts";
import type { SkillQueries } from "./harness/skill.ts";
import type { IdempotencyQueries } from "./idempotency.ts";
import type { ApiKeyQueries } from "./organization/api-key.ts";
import type { AuditQueries } from "./organization/audit.ts";
import type { InsightQueries } from "./organization/insight.ts";
import type { KnownBrowserQueries } from "./organization/known-browser.ts";
import type { MemberQueries } from "./organization/member.ts";
import type { OrganizationQueries } from "./organization/organization.ts";
import type { PasswordQueries } from "./organization/password.ts";
import type { SecretQueries } from "./organization/secret.ts";
import type { SignInQueries } from "./organization/sign-in.ts";
import type { UsageQueries } from "./organization/usage.ts";
import type { UserQueries } from "./organization/user.ts";
import type { OutgoingQueries, WebhookQueries } from "./organization/webhook.ts";
import type { WelcomeLinkQueries } from "./organization/welcome-link.ts";
import type { ArtifactQueries, DiffQueries, PlanQueries } from "./session/artifact.ts";
import type { AskQueries } from "./session/ask.ts";
import type { AttachmentQueries } from "./session/attachment.ts";
import type { EventQueries, WireQueries } from "./session/event.ts";
import type { LiveTicketQueries } from "./session/live-ticket.ts";
import type { MessageQueries } from "./session/message.ts";
import type {
  ConversationQueries,
  KeptSandboxQueries,
  SessionChainQueries,
  SessionChangeQueries,
  SessionQueries,
} from "./session/session.ts";
import type { SessionFileQueries } from "./session/session-file.ts";
import type { SessionListQueries } from "./session/session-list.ts";
import type { TurnQueries } from "./session/turn.ts";

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
