import type { ForgeCredential } from "../../../core/forges/index.ts";

/** Authenticates requests to GitHub with any kind of credential. */
export interface GithubCredential {
  readonly kind: ForgeCredential["type"];
  /** Username that git sends with the token. */
  readonly gitUsername: string;
  /**
   * Returns a token that is valid for at least `validForMs`, by default one minute. Throws `forge_unauthorized` if no token is available.
   */
  token(validForMs?: number): Promise<string>;
  /** Discards the token after GitHub rejects it. Returns true if a new token can be requested. */
  renew(): boolean;
  /** Identity and JWT of the App, for App endpoints, or null for other credentials. */
  readonly app: { readonly slug: string; readonly installationId: string; jwt(): Promise<string> } | null;
}
