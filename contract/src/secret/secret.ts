import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";
import { organizationParams } from "../organization/organization.ts";

/** A secret as responses show it, never with its value. */
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

const key = z
  .string()
  .min(1)
  .max(255)
  .describe("The name of the environment variable that sessions have it in.");
const value = z
  .string()
  .min(1)
  .max(64_000)
  .describe(
    "Never shown again. At least 6 characters, without spaces around them: a shorter one could not be masked in events.",
  );
export const organizationSecretCreateBody = z.strictObject({ key, value });
export type OrganizationSecretCreateBody = z.infer<typeof organizationSecretCreateBody>;
export const organizationSecretUpdateBody = z.strictObject({ key: key.optional(), value: value.optional() });
export type OrganizationSecretUpdateBody = z.infer<typeof organizationSecretUpdateBody>;

/**
 * The header injection rule of a secret: the secret is sent to these hosts and never enters a sandbox. An extension of
 * this server.
 */
export const secretBinding = z.strictObject({
  hosts: z
    .array(z.string().min(1).max(300))
    .min(1)
    .max(50)
    .describe("Hosts that it is sent to and no others, written as in `allow` of egress."),
  header: z.string().min(1).max(100).describe("The header that it is sent in, such as `authorization`."),
  prefix: z.string().max(100).default("").describe("Comes before the value, such as `Bearer `."),
});
export type SecretBinding = z.infer<typeof secretBinding>;
export type SecretBindingBody = z.input<typeof secretBinding>;
