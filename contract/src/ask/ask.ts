import { z } from "zod";
import { queryBoolean, uuid } from "../common.ts";

export const answeredBy = z.enum(["person", "timeout", "turn"]);

export const answeringUserId = uuid
  .nullable()
  .describe("ID of the user who answered. Null if no user answered.");

export const askListQuery = z.object({
  open: queryBoolean.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
