import type { SignIn } from "./sign-in.ts";

/** Sign-ins are looked up, and counted against limits, as API keys are. */
export interface SignInQueries {
  /** One that no key made counts as confirmed when it was created. */
  insert(signIn: SignIn, hashes: { readonly token: Buffer; readonly pageSecret: Buffer }): Promise<void>;
  /** Notes that the person has entered their password. */
  confirm(id: string, at: Date): Promise<void>;
  /** Ends the person's oldest beyond so many. */
  keepNewest(userId: string, count: number): Promise<void>;
  extend(id: string, expiresAt: Date): Promise<void>;
  /** Repeated, it changes nothing. */
  revoke(id: string): Promise<void>;
  /** The person's good ones, newest first. */
  list(userId: string): Promise<readonly SignIn[]>;
  /** Ends one sign-in of the person to the organization. Returns false when there is none to end. */
  revokeOne(which: Pick<SignIn, "organizationId" | "userId" | "id">): Promise<boolean>;
  /** Ends the person's sign-ins to one organization. Repeated, it changes nothing. */
  revokeIn(organizationId: string, userId: string): Promise<void>;
  /** All of the person's but one. Repeated, it changes nothing. */
  revokeOthers(userId: string, id: string | null): Promise<void>;
}
