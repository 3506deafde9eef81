import { z } from "zod";
import { uuid } from "../common.ts";

/**
 * The user name of a person on a forge of the organization. An extension of this server: the vendor has only connected
 * accounts.
 */
export const forgeName = z.strictObject({
  integrationId: uuid,
  forge: z.string().describe("The integration's type."),
  displayName: z.string().describe("Of the integration."),
  webUrl: z.string(),
  login: z.string().nullable().describe("As the person says; the forge was not asked. Null without one."),
});
export type ForgeName = z.infer<typeof forgeName>;
export const forgeNameList = z.strictObject({ items: z.array(forgeName) });
export type ForgeNameList = z.infer<typeof forgeNameList>;
export const forgeNameParams = z.object({ userId: uuid, integrationId: uuid });
export const forgeNameBody = z.strictObject({
  login: z
    .string()
    .trim()
    .regex(/^@?[^\s@/]{1,255}$/, {
      message: "Give the name alone, as it stands in the address of your page there",
    })
    .transform((login) => login.replace(/^@/, ""))
    .nullable()
    .describe("With or without `@`. Null takes it away."),
});
export type ForgeNameBody = z.input<typeof forgeNameBody>;
