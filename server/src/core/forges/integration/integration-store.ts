import type { CursorPage, Page } from "../../base/index.ts";
import type { Integration } from "./integration.ts";
import type { IntegrationSync } from "./integration-sync.ts";
import type { SetupState } from "./setup-state.ts";

export interface IntegrationQueries {
  insert(integration: Integration): Promise<void>;
  find(organizationId: string, id: string): Promise<Integration | null>;
  /** For the engine and webhooks, which work for every organization. */
  get(id: string): Promise<Integration | null>;
  /** Replaces everything but id, organization, forge and creation. */
  update(integration: Integration): Promise<void>;
  /** With its repositories disabled and cut loose, its credential and deliveries deleted. */
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
  /** Enabled ones of a forge, whoever owns them, oldest first: a webhook may be for any. */
  enabledOf(forge: string, limit: number): Promise<Integration[]>;
  /** Enabled ones of every organization, for polling and syncs. */
  allEnabled(): Promise<Integration[]>;
  repositoryCounts(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Ways back from a forge while an integration is set up, and its syncs. */
export interface IntegrationSetupQueries {
  /** Drops those that have expired by then. */
  insertState(state: SetupState, now: Date): Promise<void>;
  /** Null when it is unknown or has expired. */
  findState(hash: Buffer, now: Date): Promise<SetupState | null>;
  /** As `findState`, and deletes it: of two that ask at once, one gets it. */
  takeState(hash: Buffer, now: Date): Promise<SetupState | null>;
  /** Until the transaction ends nobody else connects this account; returns the ids of the integrations that have it. */
  holdAccount(of: {
    readonly organizationId: string;
    readonly forge: string;
    readonly webUrl: string;
    readonly account: { readonly id: string };
  }): Promise<string[]>;
  /** Until the transaction ends nobody else changes, syncs or deletes it. False when it is gone. */
  lockIntegration(integrationId: string): Promise<boolean>;
  setSynced(integrationId: string, at: Date): Promise<void>;
  insertSync(sync: Omit<IntegrationSync, "state">): Promise<void>;
  /** Those of an integration that have not ended, oldest first. */
  openSyncs(integrationId: string): Promise<IntegrationSync[]>;
  /** Older ones of the integration that have ended are forgotten. */
  endSync(
    id: string,
    end: { readonly status: "succeeded" | "failed"; readonly outcome: string },
    at: Date,
  ): Promise<void>;
  /** The last one that ended, else one that has not. */
  lastSync(integrationId: string): Promise<IntegrationSync | null>;
  /** Those of an organization, asked for since then, that have not ended. */
  countSyncs(organizationId: string, since: Date): Promise<number>;
}

/** For forges that are asked what happened. */
export interface PollingQueries {
  /** Until when each repository of the integration was asked about; one that is not in it never was. */
  cursors(integrationId: string): Promise<ReadonlyMap<string, Date>>;
  /** Never goes back. */
  advance(repositoryId: string, until: Date): Promise<void>;
}
