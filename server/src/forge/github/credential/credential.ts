import type { ForgeCredential } from "../../../core/forges/index.ts";

/** What is sent with each request, whatever kind it is. */
export interface GithubCredential {
  readonly kind: ForgeCredential["type"];
  /** The name that git gives with the token. */
  readonly gitUsername: string;
  /** Good for at least `validForMs`, one minute by default. Throws `forge_unauthorized` when there is none to be had. */
  token(validForMs?: number): Promise<string>;
  /** Forgets the token after a refusal; true when another can be had. */
  renew(): boolean;
  /** What the App says of itself with, for its own doors; null when this is no App. */
  readonly app: { readonly slug: string; readonly installationId: string; jwt(): Promise<string> } | null;
}
