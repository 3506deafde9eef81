import { z } from "zod";
import { uuid } from "../common.ts";
import { role } from "../member/member.ts";

export const signInCreateBody = z.strictObject({ apiKey: z.string().min(1).max(500) });
export type SignInCreateBody = z.infer<typeof signInCreateBody>;

/** Who has signed in. The cookie comes with it. */
export const signedIn = z.strictObject({ userId: uuid, organizationId: uuid, role });
export type SignedIn = z.infer<typeof signedIn>;

export const signInState = z.strictObject({
  signedIn: z.boolean(),
  needsFirstUser: z.boolean().describe("Nobody has a password yet."),
  user: z
    .strictObject({
      id: uuid,
      name: z.string().nullable(),
      email: z.string().nullable(),
      role,
      organizationId: uuid,
    })
    .nullable(),
});
export type SignInState = z.infer<typeof signInState>;

export const signedOut = z.strictObject({ signedIn: z.literal(false) });
export type SignedOut = z.infer<typeof signedOut>;
