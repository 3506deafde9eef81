import type { BasePorts, BaseQueries, BaseSettings, KeyedRequest, OpenTransaction } from "../base/index.ts";
import type { ApiKeyQueries } from "./api-key/api-key-store.ts";
import type { AuditActor } from "./audit/audit-event.ts";
import type { AuditQueries } from "./audit/audit-store.ts";
import type { JoinTokenQueries } from "./join-token/join-token.ts";
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
  readonly invitationLinks: InvitationLinkQueries;
  readonly joinTokens: JoinTokenQueries;
  readonly knownBrowsers: KnownBrowserQueries;
  readonly organizations: OrganizationQueries;
  readonly users: UserQueries;
  readonly members: MemberQueries;
  readonly usage: UsageQueries;
  readonly audit: AuditQueries;
}

export interface AccountsTransaction extends AccountsQueries, OpenTransaction {}

/**
 * Persistent storage. Reads with an organization ID return only that organization's rows. If the database connection is
 * lost, the store retries the call for up to 30 s, so every write must be idempotent. Throws `unavailable` if the
 * database remains unreachable.
 */
export interface AccountsStore extends AccountsQueries {
  /**
   * Runs `work` in one transaction. An error rolls everything back and is rethrown. `work` may run more than once, so
   * it must not have other side effects.
   */
  transaction<T>(work: (tx: AccountsTransaction) => Promise<T>): Promise<T>;
  /**
   * Yields after a change that may affect access within the organization: to a session's visibility or owner, to a key
   * or to a member, or the deletion of a session. Also yields when a change may have been missed. Ends when the signal
   * aborts.
   */
  followAccess(organizationId: string, signal: AbortSignal): AsyncIterable<void>;
  /** Runs `work`. The audit log attributes its changes to this actor. */
  actingAs<T>(actor: AuditActor, work: () => T): T;
  /** Runs `work`. Its transactions record that this request has changes, so that it is never processed twice. */
  handlingRequest<T>(request: KeyedRequest, work: () => T): T;
}

export interface AccountsSettings extends BaseSettings {
  /** Agent key for sessions that do not specify an agent. An organization can change it in its settings. */
  readonly defaultAgent: string;
}

export interface AccountsPorts extends BasePorts {
  readonly settings: AccountsSettings;
  readonly store: AccountsStore;
}
