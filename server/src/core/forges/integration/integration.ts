import type { ForgeCredential } from "../forge/forge-credential.ts";
import type { ForgeName } from "../forge/forge-name.ts";

/** An organization's connection to a forge. */
export interface Integration {
  readonly id: string;
  readonly organizationId: string;
  readonly forge: ForgeName;
  readonly displayName: string;
  /** Where people open the forge: "https://github.com", "https://git.example.com/forge". Without a trailing slash. */
  readonly webUrl: string;
  /** Where its API answers. Without a trailing slash. */
  readonly apiUrl: string;
  /** Id and login of whom the credential acts as, once known: its own words are not listened to. */
  readonly account: { readonly id: string; readonly login: string } | null;
  readonly settings: IntegrationSettings;
  /** Null: its repositories are not used and its webhooks are refused. */
  readonly enabledAt: Date | null;
  readonly lastSyncedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface IntegrationSettings {
  /** Taken by what names no repository. */
  readonly defaultRepositoryId: string | null;
  /** What people call it by, without "@" or "/": "tembo". */
  readonly mentionName: string;
  /** `polling` asks the forge, for servers that it cannot reach. */
  readonly events: "webhook" | "polling";
  /** New repositories of a sync are usable at once. */
  readonly enablesNewRepositories: boolean;
  /** The forge's organization that owns the app which is made for it; null and absent leave it to the person who makes it. */
  readonly appOrganization?: string | null;
  /** Kept for clients that set it; integrations from before it have none. */
  readonly instantSolve?: boolean;
}

export const defaultIntegrationSettings: IntegrationSettings = {
  defaultRepositoryId: null,
  mentionName: "tembo",
  events: "webhook",
  enablesNewRepositories: false,
};

/** Everything of an integration that is kept sealed. */
export interface IntegrationSecrets {
  readonly credential: ForgeCredential;
  /** Signs the forge's webhooks. */
  readonly webhookSecret: string;
  /** OpenSSH private key that signs commits where the forge cannot; null makes unsigned ones. */
  readonly signingKey: string | null;
}
