import type { CursorPage, Page } from "../../base/index.ts";
import type { Integration } from "./integration.ts";
import type { IntegrationSync } from "./integration-sync.ts";
import type { SetupState } from "./setup-state.ts";

export interface IntegrationQueries {
  insert(integration: Integration): Promise<void>;
  find(organizationId: string, id: string): Promise<Integration | null>;
  /** Finds an integration in any organization, for the engine and webhooks. */
  findById(id: string): Promise<Integration | null>;
  /**
   * Replaces all fields except ID, organization, forge and creation time. Throws `not_found` if the integration no
   * longer exists.
   */
  update(integration: Integration): Promise<void>;
  /** Deletes the integration with its credential and deliveries. Disables and detaches its repositories. */
  delete(organizationId: string, id: string): Promise<void>;
  list(
    organizationId: string,
    page: CursorPage & {
      readonly enabled?: boolean;
      readonly hasEnabledRepositories?: boolean;
      readonly ids?: readonly string[];
      readonly search?: string;
      readonly forges?: readonly string[];
      readonly createdAfter?: Date;
    },
  ): Promise<Page<Integration>>;
  count(organizationId: string): Promise<number>;
  /**
   * Returns the enabled integrations of a forge in all organizations, oldest first, because a webhook may be for any of
   * them.
   */
  enabledOf(forge: string, limit: number): Promise<Integration[]>;
  /** Returns the enabled integrations of all organizations, for polling and syncs. */
  allEnabled(): Promise<Integration[]>;
  repositoryCounts(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Queries for the states of authorizations in progress, and for integration syncs. */
export interface IntegrationSetupQueries {
  /** Stores a state, and deletes the states that expired by `now`. */
  insertState(state: SetupState, now: Date): Promise<void>;
  /** Returns a state, or null if it is unknown or expired. */
  findState(hash: Buffer, now: Date): Promise<SetupState | null>;
  /**
   * Returns and deletes a state, or returns null if it is unknown or expired. Of several concurrent callers, only one
   * receives the state.
   */
  takeState(hash: Buffer, now: Date): Promise<SetupState | null>;
  /**
   * Locks the account until the transaction ends, so that no other transaction can connect it. Returns the IDs of the
   * integrations that have the account.
   */
  lockAccount(of: {
    readonly organizationId: string;
    readonly forge: string;
    readonly webUrl: string;
    readonly account: { readonly id: string };
  }): Promise<string[]>;
  /**
   * Locks the integration against changes, syncs and deletion until the transaction ends. Returns false if it no longer
   * exists.
   */
  lockIntegration(integrationId: string): Promise<boolean>;
  setSynced(integrationId: string, at: Date): Promise<void>;
  /**
   * Reserves the renewal of the integration's credential for this many milliseconds. Returns false if another process has
   * reserved it, or if the integration no longer exists.
   */
  reserveRenewal(integrationId: string, renewalId: string, forMs: number): Promise<boolean>;
  /** Ends the reservation, unless it has passed to another process. */
  endRenewal(integrationId: string, renewalId: string): Promise<void>;
  insertSync(sync: Omit<IntegrationSync, "state">): Promise<void>;
  /** Returns an integration's unfinished syncs, oldest first. */
  openSyncs(integrationId: string): Promise<IntegrationSync[]>;
  /** Ends a sync, and deletes the integration's earlier syncs that have ended. */
  endSync(
    id: string,
    end: { readonly status: "succeeded" | "failed"; readonly outcome: string },
    at: Date,
  ): Promise<void>;
  /** Returns the most recently ended sync, or an unfinished sync if none has ended. */
  lastSync(integrationId: string): Promise<IntegrationSync | null>;
  /** Returns the number of an organization's unfinished syncs that were requested after `since`. */
  countSyncs(organizationId: string, since: Date): Promise<number>;
}

/** Queries for polling positions of repositories that Tembo polls for events. */
export interface PollingQueries {
  /**
   * Returns the end of the last poll of each of the integration's repositories. A repository that is missing was never
   * polled.
   */
  cursors(integrationId: string): Promise<ReadonlyMap<string, Date>>;
  /** Advances the position to `until`. Never moves it back. */
  advance(repositoryId: string, until: Date): Promise<void>;
}
