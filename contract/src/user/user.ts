import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

const answer = z.string().min(1).max(255);
const onboarding = z.strictObject({ positionInCompany: answer, useCase: answer, howDidYouHear: answer });

export const user = z.strictObject({
  id: uuid,
  email: z.string().nullable(),
  emailVerified: z
    .boolean()
    .describe(
      "True if the organization has confirmed the email address. Commits contain only confirmed addresses.",
    ),
  name: z.string().nullable(),
  image: z.null(),
  onboarding: onboarding.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type User = z.infer<typeof user>;

export const userParams = z.object({ userId: uuid });
export const userUpdateBody = z
  .strictObject({
    onboarding: onboarding.optional(),
    name: z.string().min(1).max(200).optional().describe("Name of the author in commits."),
    email: z.email().max(255).optional(),
  })
  .refine((body) => Object.keys(body).length > 0, { message: "Send at least one field to change" });
export type UserUpdateBody = z.infer<typeof userUpdateBody>;

export const userDeleteBody = z.strictObject({
  deletionQuestionnaire: z
    .strictObject({
      reasons: z.array(answer).max(20),
      submittedAt: timestamp,
      otherReason: z.string().min(1).max(2000).optional(),
    })
    .optional()
    .describe("Accepted, but not stored."),
});
export type UserDeleteBody = z.infer<typeof userDeleteBody>;
export const userDeleted = z.strictObject({
  id: uuid,
  deletionQueued: z.literal(true),
  deletionJobId: z.string().min(1).max(255),
});
export type UserDeleted = z.infer<typeof userDeleted>;

/** A user's account on the built-in forge. Each API key of the user is such an account. */
export const connectedAccount = z.strictObject({
  id: uuid,
  providerId: z.literal("local"),
  accountId: z.string(),
  username: z.string().nullable(),
  email: z.null(),
  scopes: z.array(z.string()),
  createdAt: timestamp.nullable(),
  updatedAt: timestamp.nullable(),
});
export type ConnectedAccount = z.infer<typeof connectedAccount>;
export const connectedAccountParams = z.object({ userId: uuid, connectedAccountId: uuid });
export const connectedAccountListQuery = cursorQuery;
export const connectedAccountList = z.strictObject({
  items: z.array(connectedAccount),
  nextCursor: uuid.nullable(),
});
export type ConnectedAccountList = z.infer<typeof connectedAccountList>;
