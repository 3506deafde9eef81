import type { OpenTransaction } from "../base/index.ts";
import type { TurnsPorts, TurnsQueries, TurnsSettings, TurnsStore } from "../turns/index.ts";
import type { AgentQueries, AgentScheduleQueries, AgentTriggerQueries } from "./agent/agent-store.ts";
import type { Mailer } from "./notification/mailer.ts";
import type {
  MailServerQueries,
  NotificationQueries,
  PushQueries,
} from "./notification/notification-store.ts";
import type { ReconcileQueries } from "./reconcile/reconcile-store.ts";
import type { PublicViews } from "./webhook/public-views.ts";
import type { OutgoingQueries, WebhookQueries } from "./webhook/webhook-store.ts";

export interface AutomationQueries extends TurnsQueries {
  readonly agents: AgentQueries;
  readonly agentSchedules: AgentScheduleQueries;
  readonly agentTriggers: AgentTriggerQueries;
  readonly webhooks: WebhookQueries;
  readonly outgoing: OutgoingQueries;
  readonly notifications: NotificationQueries;
  readonly mailServers: MailServerQueries;
  readonly push: PushQueries;
  readonly reconcile: ReconcileQueries;
}

export interface AutomationTransaction extends AutomationQueries, OpenTransaction {}

export interface AutomationStore extends AutomationQueries, Omit<TurnsStore, "transaction"> {
  transaction<T>(work: (tx: AutomationTransaction) => Promise<T>): Promise<T>;
}

export interface AutomationSettings extends TurnsSettings {
  /**
   * Time after a comment on a pull request during which further comments by its author become part of the same message, on forges without review
   * IDs.
   */
  readonly commentSettleMs: number;
  /** Retention time of audit events in days. 0 keeps them forever. */
  readonly auditRetentionDays: number;
  /** Days without a change after which a session is deleted. 0 keeps sessions forever. */
  readonly sessionRetentionDays: number;
}

export interface AutomationPorts extends TurnsPorts {
  readonly store: AutomationStore;
  readonly views: PublicViews;
  readonly mailer: Mailer;
  readonly settings: AutomationSettings;
}
