import { z } from "zod";
import { uuid } from "../common.ts";

export const sessionAuthor = z.strictObject({
  author: z
    .strictObject({ id: uuid, name: z.string().nullable() })
    .nullable()
    .describe(
      "The person who created the session. Null if no person created it, or if the person was deleted.",
    ),
  isYou: z.boolean().describe("True if the caller created the session. Only the author can make it private."),
});
export type SessionAuthor = z.infer<typeof sessionAuthor>;
