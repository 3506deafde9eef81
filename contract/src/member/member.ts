import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

export const role = z
  .enum(["org:admin", "org:member"])
  .describe("Members work with the organization's resources. Admins also manage the organization.");

/** A member of an organization, or an invitation to it. */
export const organizationMember = z.strictObject({
  id: uuid,
  userId: uuid.nullable().describe("Null for an invitation."),
  emailAddress: z.email(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  imageUrl: z.null(),
  role,
  status: z.enum(["active", "pending"]),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type OrganizationMember = z.infer<typeof organizationMember>;

export const memberParams = z.object({
  organizationId: z.string(),
  memberId: z.string().min(1).max(255),
});
export const memberSignInParams = memberParams.extend({ signInId: uuid });
export const memberListQuery = cursorQuery.extend({
  search: z.string().min(1).max(100).optional().describe("Part of a name or an email address."),
  status: z.enum(["active", "pending"]).default("active"),
});
export const memberList = z.strictObject({
  items: z.array(organizationMember),
  nextCursor: uuid.nullable(),
});
export type OrganizationMemberList = z.infer<typeof memberList>;
export const memberCreateBody = z.strictObject({ emailAddress: z.email(), role: role.default("org:member") });
export type OrganizationMemberCreateBody = z.input<typeof memberCreateBody>;
export const memberUpdateBody = z.strictObject({ role });
export type OrganizationMemberUpdateBody = z.infer<typeof memberUpdateBody>;
/** Facts about a member that the vendor's shape has no fields for. */
export const memberAccount = z.strictObject({
  memberId: uuid,
  emailVerified: z
    .boolean()
    .describe(
      "True if the organization has confirmed the email address. Commits contain only confirmed addresses.",
    ),
  isManaged: z
    .boolean()
    .describe(
      "True if an admin created the account by creating an API key. Admins can create more keys for it until the person takes it over.",
    ),
});
export type MemberAccount = z.infer<typeof memberAccount>;
export const addressConfirmBody = z.strictObject({
  emailAddress: z
    .email()
    .describe("The person's current email address. Any other email address is rejected."),
});
export type AddressConfirmBody = z.infer<typeof addressConfirmBody>;
