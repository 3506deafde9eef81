import type { ForgeCredential } from "../../../core/forges/index.ts";

/** Authenticates requests to GitHub, regardless of the kind of credential. */
export interface GithubCredential {
  readonly kind: ForgeCredential["type"];
  /** Username that git sends with the token. */
  readonly gitUsername: string;
  /** Returns a token that stays valid for at least `validForMs`, by default one minute. Throws `forge_unauthorized` if it cannot get one. */
  token(validForMs?: number): Promise<string>;
  /** Discards the token after a rejection. Returns true if another one can be requested. */
  renew(): boolean;
  /** Identity and JWT of the App, for App endpoints, or null for other credentials. */
  readonly app: { readonly slug: string; readonly installationId: string; jwt(): Promise<string> } | null;
}
