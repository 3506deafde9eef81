import { z } from "zod";
import { queryBoolean } from "../common.ts";

export const answeredBy = z.enum(["person", "timeout", "turn"]);

export const askListQuery = z.object({
  open: queryBoolean.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
