import type { ForgeCredential } from "./forge-credential.ts";

/** How a kind of forge gives its credential by a page of its own, where a person agrees. */
export interface ForgeSetup {
  /** Where the person agrees: OAuth 2 authorization code with PKCE (RFC 7636), method S256. Asks nothing of the forge. */
  authorizeUrl(input: AuthorizeInput): string;
  /** Throws `forge_failed` or `forge_unauthorized` with a sentence when the forge refuses the code. */
  exchangeCode(input: ExchangeInput): Promise<ForgeCredential>;
  /** What the forge makes an app of, as JSON that a person's browser sends it. */
  appManifest?(input: {
    readonly name: string;
    readonly publicUrl: string;
    readonly webhookUrl: string;
    /** False where the forge cannot reach this server, so that the app sends nothing. */
    readonly isWebhookActive: boolean;
    /** Gets the code once the app is made. */
    readonly redirectUrl: string;
    /** Gets `installation_id` once the app is installed. */
    readonly setupUrl: string;
  }): Readonly<Record<string, unknown>>;
  /** Throws as `exchangeCode`. */
  convertManifest?(input: { readonly apiUrl: string; readonly code: string }): Promise<{
    readonly credential: ForgeCredential;
    /** Null when the forge made none: then one is made here. */
    readonly webhookSecret: string | null;
  }>;
}

export interface AuthorizeInput {
  /** Without a trailing slash. */
  readonly webUrl: string;
  readonly clientId: string;
  readonly redirectUrl: string;
  readonly state: string;
  readonly codeChallenge: string;
  /** Empty: what the forge's adapter needs. */
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
