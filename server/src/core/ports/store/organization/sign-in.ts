import type { SignIn } from "../../../sign-in/sign-in.ts";

/** Sign-ins are looked up, and counted against limits, as API keys are. */
export interface SignInQueries {
  insert(signIn: SignIn, tokenHash: Buffer): Promise<void>;
  /** Ends the person's oldest beyond so many. */
  keepNewest(userId: string, count: number): Promise<void>;
  extend(id: string, expiresAt: Date): Promise<void>;
  /** Repeated, it changes nothing. */
  revoke(id: string): Promise<void>;
}
