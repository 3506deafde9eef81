import type { ForgeCredential } from "./forge-credential.ts";

/** Obtains the credential for a kind of forge through a page on the forge, where a person authorizes Tembo. */
export interface ForgeSetup {
  /**
   * Returns the URL of the page where the person authorizes: OAuth 2 authorization code with PKCE (RFC 7636), method
   * S256. Sends no request.
   */
  authorizeUrl(input: AuthorizeInput): string;
  /**
   * Exchanges a code for a credential. Throws `forge_failed` or `forge_unauthorized` with a user-facing message if the
   * forge rejects the code.
   */
  exchangeCode(input: ExchangeInput): Promise<ForgeCredential>;
  /** Returns the manifest from which the forge creates an app, as JSON that the person's browser submits. */
  appManifest?(input: {
    readonly name: string;
    readonly publicUrl: string;
    readonly webhookUrl: string;
    /** False if the forge cannot reach this server, in which case the app sends no webhooks. */
    readonly isWebhookActive: boolean;
    /** URL that receives the code once the app is created. */
    readonly redirectUrl: string;
    /** URL that receives `installation_id` once the app is installed. */
    readonly setupUrl: string;
  }): Readonly<Record<string, unknown>>;
  /** Exchanges a code for the created app. Throws the errors of `exchangeCode`. */
  convertManifest?(input: { readonly apiUrl: string; readonly code: string }): Promise<{
    readonly credential: ForgeCredential;
    /** Webhook secret, or null if the forge created none. In that case, the caller generates one. */
    readonly webhookSecret: string | null;
  }>;
}

export interface AuthorizeInput {
  /** The forge's URL, without a trailing slash. */
  readonly webUrl: string;
  readonly clientId: string;
  readonly redirectUrl: string;
  readonly state: string;
  readonly codeChallenge: string;
  /** OAuth scopes to request. If empty, the adapter requests the scopes that it needs. */
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
