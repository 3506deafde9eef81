import { z } from "zod";
import { cursorQuery } from "../common.ts";
import { forgeDescriptor } from "./forge-descriptor.ts";

const integrationType = z
  .string()
  .min(1)
  .max(100)
  .describe("Name of a plug-in on this server, such as `github`, or of a planned integration.");
export type IntegrationType = z.infer<typeof integrationType>;

/** Cursor of a catalog. The value is a position in the list. */
const position = z.string().max(10).regex(/^\d+$/);
export const integrationCatalogQuery = cursorQuery.extend({ cursor: position.optional() });
export const integrationProviderListQuery = integrationCatalogQuery.extend({
  returnUrl: z.url().optional().describe("Has no effect. Send it to the `authorize` operation instead."),
});

export const integrationProvider = z.strictObject({
  integrationType,
  name: z.string().max(500),
  displayName: z.string().max(500),
  category: z.string().max(200),
  description: z.string().max(4096),
  authorizeUrl: z
    .string()
    .max(8192)
    .describe("Page where the credential is created. Empty if the integration cannot be connected."),
  redirectUrl: z.string().max(8192).optional().describe("Redirect URL of the OAuth application."),
  isOAuth: z.boolean(),
  installed: z.boolean(),
  comingSoon: z.boolean(),
  forge: forgeDescriptor.optional().describe("How to connect the forge. Absent if it cannot be connected."),
});
export const integrationProviderList = z.strictObject({
  installedCounts: z.record(integrationType, z.int().min(0)),
  items: z.array(integrationProvider).max(100),
  nextCursor: position.nullable(),
});
export type IntegrationProviderList = z.infer<typeof integrationProviderList>;

const description = z.string().max(2000).optional();
const choices = z.array(z.string()).max(100).optional();
const filter = z.union([
  z.strictObject({ type: z.literal("boolean"), description, default: z.boolean().optional() }),
  z.strictObject({
    type: z.literal("array"),
    description,
    items: z.strictObject({ type: z.literal("string"), enum: choices }),
  }),
]);
export const integrationTrigger = z.strictObject({
  name: z.string().min(1).max(500),
  displayName: z.string().max(500),
  description: z.string().max(4096),
  hasFilterOptions: z.boolean(),
  filters: z.strictObject({ properties: z.record(z.string(), filter) }).optional(),
});
const triggerSource = integrationType.describe(
  "Name of the forge's plug-in. `local` is the built-in forge, which is not an integration.",
);
export const integrationTriggerSource = z.strictObject({
  integrationType: triggerSource,
  triggers: z.array(integrationTrigger).max(100),
});
export const integrationTriggerList = z.strictObject({
  items: z.array(integrationTriggerSource).max(100),
  nextCursor: position.nullable(),
});
export type IntegrationTriggerList = z.infer<typeof integrationTriggerList>;
