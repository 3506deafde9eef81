import { z } from "zod";
import { uuid } from "../common.ts";

/**
 * A user's username on one of the organization's forges. An extension of this server: the vendor's API has only
 * connected accounts.
 */
export const forgeName = z.strictObject({
  integrationId: uuid,
  forge: z.string().describe("Type of the integration."),
  displayName: z.string().describe("Name of the integration."),
  webUrl: z.string(),
  login: z
    .string()
    .nullable()
    .describe(
      "The username as the person entered it. Tembo does not verify it with the forge. Null if not set.",
    ),
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
      message: "Enter only the username, as in the URL of your profile page",
    })
    .transform((login) => login.replace(/^@/, ""))
    .nullable()
    .describe("Username, with or without `@`. Null removes the username."),
});
export type ForgeNameBody = z.input<typeof forgeNameBody>;
