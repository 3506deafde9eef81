import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";
import { organizationParams } from "../organization/organization.ts";

/** A secret as returned in responses. It never contains the value. */
export const organizationSecret = z.strictObject({
  id: uuid,
  key: z.string().min(1).max(255),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type OrganizationSecret = z.infer<typeof organizationSecret>;
export const organizationSecretList = z.strictObject({
  items: z.array(organizationSecret),
  nextCursor: uuid.nullable(),
});
export type OrganizationSecretList = z.infer<typeof organizationSecretList>;
export const organizationSecretListQuery = cursorQuery.extend({
  search: z.string().min(1).max(255).optional(),
});
export const organizationSecretParams = organizationParams.extend({ secretId: uuid });

const key = z.string().min(1).max(255).describe("Name of the environment variable in sessions.");
const value = z
  .string()
  .min(1)
  .max(64_000)
  .describe(
    "At least 6 characters without surrounding spaces, because a shorter value cannot be masked in events. Responses never contain it.",
  );
export const organizationSecretCreateBody = z.strictObject({ key, value });
export type OrganizationSecretCreateBody = z.infer<typeof organizationSecretCreateBody>;
export const organizationSecretUpdateBody = z.strictObject({ key: key.optional(), value: value.optional() });
export type OrganizationSecretUpdateBody = z.infer<typeof organizationSecretUpdateBody>;

/**
 * A secret's header injection rule. The server adds the secret to requests to the rule's hosts. The secret never enters
 * a sandbox. An extension of this server.
 */
export const secretBinding = z.strictObject({
  hosts: z
    .array(z.string().min(1).max(300))
    .min(1)
    .max(50)
    .describe(
      "The only hosts that receive the secret. The format is the same as for `allow` in the network access.",
    ),
  header: z.string().min(1).max(100).describe("Header that contains the secret, such as `authorization`."),
  prefix: z.string().max(100).default("").describe("Text before the value, such as `Bearer `."),
});
export type SecretBinding = z.infer<typeof secretBinding>;
export type SecretBindingBody = z.input<typeof secretBinding>;
