import type { BasePorts, BaseQueries, BaseSettings, OpenTransaction } from "../base/index.ts";
import type { ApiKeyQueries } from "./api-key/api-key-store.ts";
import type { AuditActor } from "./audit/audit-event.ts";
import type { AuditQueries } from "./audit/audit-store.ts";
import type { MemberQueries } from "./member/member-store.ts";
import type { OrganizationQueries } from "./organization/organization-store.ts";
import type { InvitationLinkQueries } from "./sign-in/invitation-link-store.ts";
import type { KnownBrowserQueries } from "./sign-in/known-browser-store.ts";
import type { PasswordQueries } from "./sign-in/password-store.ts";
import type { SignInQueries } from "./sign-in/sign-in-store.ts";
import type { UsageQueries } from "./usage/usage-store.ts";
import type { UserQueries } from "./user/user-store.ts";

export interface AccountsQueries extends BaseQueries {
  readonly apiKeys: ApiKeyQueries;
  readonly signIns: SignInQueries;
  readonly passwords: PasswordQueries;
  readonly welcomeLinks: InvitationLinkQueries;
  readonly knownBrowsers: KnownBrowserQueries;
  readonly organizations: OrganizationQueries;
  readonly users: UserQueries;
  readonly members: MemberQueries;
  readonly usage: UsageQueries;
  readonly audit: AuditQueries;
}

export interface AccountsTransaction extends AccountsQueries, OpenTransaction {}

/**
 * Everything that lasts. Reads that name an organization see only its rows. A lost connection is waited out (30 s) and the call
 * repeated, so every write is safe to repeat. Throws `unavailable` when the database stays away.
 */
export interface AccountsStore extends AccountsQueries {
  /** Runs `work` in one transaction; a throw rolls everything back and passes on. It may run again, so it has no effects outside. */
  transaction<T>(work: (tx: AccountsTransaction) => Promise<T>): Promise<T>;
  /**
   * Yields when a session's visibility or owner, a key or a member of the organization may have changed, also when it cannot be known
   * whether one has; ends when the signal aborts.
   */
  followAccess(organizationId: string, signal: AbortSignal): AsyncIterable<void>;
  /** The audit log records what `work` changes as changed by this actor. */
  actingAs<T>(actor: AuditActor, work: () => T): T;
}

export interface AccountsSettings extends BaseSettings {
  /** harness:model of sessions that name none. */
  readonly defaultAgent: string;
}

export interface AccountsPorts extends BasePorts {
  readonly settings: AccountsSettings;
  readonly store: AccountsStore;
}
