import type { ForgeCredential } from "../forge/forge-credential.ts";
import type { ForgeName } from "../forge/forge-name.ts";

/** An organization's connection to a forge. */
export interface Integration {
  readonly id: string;
  readonly organizationId: string;
  readonly forge: ForgeName;
  readonly displayName: string;
  /**
   * URL that people open in a browser, without a trailing slash: "https://github.com", "https://git.example.com/forge".
   */
  readonly webUrl: string;
  /** URL of the forge's API, without a trailing slash. */
  readonly apiUrl: string;
  /**
   * ID and login of the credential's account, or null until they are known. Tembo ignores this account's own comments.
   */
  readonly account: { readonly id: string; readonly login: string } | null;
  readonly settings: IntegrationSettings;
  /**
   * Time at which the integration was enabled, or null if it is disabled. Tembo does not use the repositories of a
   * disabled integration, and rejects its webhooks.
   */
  readonly enabledAt: Date | null;
  readonly lastSyncedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface IntegrationSettings {
  /** Repository for work that does not specify one. */
  readonly defaultRepositoryId: string | null;
  /** Name by which people mention Tembo, without "@" or "/": "tembo". */
  readonly mentionName: string;
  /** Source of events. `polling` is for servers that the forge cannot reach. */
  readonly events: "webhook" | "polling";
  /** True if a sync enables new repositories immediately. */
  readonly enablesNewRepositories: boolean;
  /**
   * Organization on the forge that will own the app. If null or absent, the app belongs to the person who creates it.
   */
  readonly appOrganization?: string | null;
  /** Setting that the API stores and returns, but that has no effect yet. Absent for older integrations. */
  readonly instantSolve?: boolean;
}

export const defaultIntegrationSettings: IntegrationSettings = {
  defaultRepositoryId: null,
  mentionName: "tembo",
  events: "webhook",
  enablesNewRepositories: false,
};

/** The encrypted part of an integration. */
export interface IntegrationSecrets {
  readonly credential: ForgeCredential;
  /** Secret that verifies the forge's webhooks. */
  readonly webhookSecret: string;
  /** OpenSSH private key that signs commits if the forge cannot, or null to leave them unsigned. */
  readonly signingKey: string | null;
}
