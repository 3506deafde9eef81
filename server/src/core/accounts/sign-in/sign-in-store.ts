import type { SignIn } from "./sign-in.ts";

/** Queries for sign-ins. `ApiKeyQueries.findByTokenHash` looks them up. */
export interface SignInQueries {
  /** Inserts a sign-in. The sign-in counts as confirmed at its creation, unless an API key created it. */
  insert(signIn: SignIn, hashes: { readonly token: Buffer; readonly pageSecret: Buffer }): Promise<void>;
  /** Records the time at which the person entered their password in this sign-in. */
  confirm(id: string, at: Date): Promise<void>;
  /** Revokes the person's oldest sign-ins beyond `count`. */
  keepNewest(userId: string, count: number): Promise<void>;
  extend(id: string, expiresAt: Date): Promise<void>;
  /** Revokes a sign-in. Idempotent. */
  revoke(id: string): Promise<void>;
  /** Lists the person's valid sign-ins, newest first. */
  list(userId: string): Promise<readonly SignIn[]>;
  /** Revokes one of the person's sign-ins to the organization. Returns false if no valid sign-in matches. */
  revokeOne(which: Pick<SignIn, "organizationId" | "userId" | "id">): Promise<boolean>;
  /** Revokes the person's sign-ins to one organization. Idempotent. */
  revokeIn(organizationId: string, userId: string): Promise<void>;
  /** Revokes all of the person's sign-ins except `id`. Idempotent. */
  revokeOthers(userId: string, id: string | null): Promise<void>;
}
