import { z } from "zod";

/**
 * Fields that control how a harness processes a message. The server rejects options that the harness does not support.
 * The schema of each body determines whether unknown fields are accepted.
 */
export const agentOptionFields = {
  reasoningLevel: z.string().min(1).max(100).optional(),
  mode: z.enum(["normal", "planning"]).optional(),
  speed: z.enum(["normal", "fast", "ultrafast"]).optional(),
  goal: z
    .strictObject({
      enabled: z.boolean().optional(),
      objective: z.string().max(100_000).optional(),
      check: z
        .string()
        .max(10_000)
        .nullish()
        .describe("Command that exits with code 0 if the objective is reached."),
    })
    .optional(),
};
