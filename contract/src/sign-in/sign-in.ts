import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { role } from "../member/member.ts";

const email = z.email().max(255);
const newPassword = z.string().min(10).max(200);

export const signInCreateBody = z.union([
  z.strictObject({ apiKey: z.string().min(1).max(500) }),
  z.strictObject({ email, password: z.string().min(1).max(200) }),
]);
export type SignInCreateBody = z.infer<typeof signInCreateBody>;

/** The signed-in user. The response that contains this object also sets the cookie. */
export const signedIn = z.strictObject({
  userId: uuid,
  organizationId: uuid,
  role,
  pageSecret: z
    .string()
    .describe(
      "Send it in the `x-tembo-page` header, because the cookie alone is not accepted. A page keeps it in its origin's storage.",
    ),
});
export type SignedIn = z.infer<typeof signedIn>;

export const signInState = z.strictObject({
  signedIn: z.boolean(),
  needsFirstUser: z.boolean().describe("True if no user has a password yet."),
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

/** Body of a sign-in with an invitation link. The token is the link's fragment, after the `#`. */
export const signInWelcomeBody = z.strictObject({
  token: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  email,
  password: newPassword,
});
export type SignInWelcomeBody = z.infer<typeof signInWelcomeBody>;

export const signIn = z.strictObject({
  id: uuid,
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
  userAgent: z.string().nullable(),
  address: z.string().nullable().describe("IP address of the client that signed in."),
  isCurrent: z.boolean().describe("True for the sign-in of this request."),
  apiKeyId: uuid
    .nullable()
    .describe(
      "API key that was used to sign in. The sign-in ends with the key. Null for a sign-in with a password.",
    ),
});
export const signInList = z.strictObject({ items: z.array(signIn) });
export type SignInList = z.infer<typeof signInList>;

export const confirmBody = z.strictObject({ password: z.string().min(1).max(200) });
export type ConfirmBody = z.infer<typeof confirmBody>;
export const confirmed = z.strictObject({ confirmedAt: timestamp });
export type Confirmed = z.infer<typeof confirmed>;

export const passwordBody = z.strictObject({
  current: z.string().min(1).max(200).optional().describe("Required if the user has a password."),
  next: newPassword,
});
export type PasswordBody = z.infer<typeof passwordBody>;
export const passwordChanged = z.strictObject({ changed: z.literal(true) });
export type PasswordChanged = z.infer<typeof passwordChanged>;

export const userInvitationBody = z.strictObject({ email, role: role.default("org:member") });
export type UserInvitationBody = z.input<typeof userInvitationBody>;
/** An invitation link. The link works once and expires. No other response contains it. */
export const userInvitation = z.strictObject({ url: z.url(), expiresAt: timestamp });
export type UserInvitation = z.infer<typeof userInvitation>;
