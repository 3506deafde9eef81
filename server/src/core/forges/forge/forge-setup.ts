import type { ForgeCredential } from "./forge-credential.ts";

/** Obtains the credential of a kind of forge through a page of that forge, where a person authorizes it. */
export interface ForgeSetup {
  /**
   * Returns the page where the person authorizes: OAuth 2 authorization code with PKCE (RFC 7636), method S256. Sends
   * no request.
   */
  authorizeUrl(input: AuthorizeInput): string;
  /** Throws `forge_failed` or `forge_unauthorized` with a user-facing message if the forge rejects the code. */
  exchangeCode(input: ExchangeInput): Promise<ForgeCredential>;
  /** Returns the manifest from which the forge creates an app, as JSON that the person's browser submits. */
  appManifest?(input: {
    readonly name: string;
    readonly publicUrl: string;
    readonly webhookUrl: string;
    /** False if the forge cannot reach this server. The app then sends no webhooks. */
    readonly isWebhookActive: boolean;
    /** Receives the code once the app is created. */
    readonly redirectUrl: string;
    /** Receives `installation_id` once the app is installed. */
    readonly setupUrl: string;
  }): Readonly<Record<string, unknown>>;
  /** Throws what `exchangeCode` throws. */
  convertManifest?(input: { readonly apiUrl: string; readonly code: string }): Promise<{
    readonly credential: ForgeCredential;
    /** The secret, or null if the forge created none. The caller then generates one. */
    readonly webhookSecret: string | null;
  }>;
}

export interface AuthorizeInput {
  /** The forge's address, without a trailing slash. */
  readonly webUrl: string;
  readonly clientId: string;
  readonly redirectUrl: string;
  readonly state: string;
  readonly codeChallenge: string;
  /** Scopes to request. If empty, the adapter requests the scopes that it needs. */
  readonly scopes: readonly string[];
}

export interface ExchangeInput {
  readonly webUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly code: string;
  readonly redirectUrl: string;
  readonly codeVerifier: string;
}
