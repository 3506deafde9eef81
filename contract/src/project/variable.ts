import { z } from "zod";
import { uuid } from "../common.ts";

export const projectVariableKey = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);
export const projectVariableValue = z
  .string()
  .min(1)
  .max(10_000)
  .describe("At least 6 characters without surrounding spaces. Responses never contain it.");
const scope = z
  .enum(["build", "buildAndRun"])
  .describe("`build`: only builds receive the variable. `buildAndRun`: sessions receive it too.");

/** A project's variable, without its value. The scope is an extension of this server. */
export const projectVariable = z.strictObject({ key: projectVariableKey, scope });
export const projectVariableList = z.strictObject({ items: z.array(projectVariable) });
export type ProjectVariableList = z.infer<typeof projectVariableList>;

export const projectVariableCreateBody = z.strictObject({
  secrets: z
    .array(
      z.strictObject({
        key: projectVariableKey,
        value: projectVariableValue,
        scope: scope.optional().describe("Defaults to `build`, or to the variable's present scope."),
      }),
    )
    .min(1)
    .max(100),
});
export type ProjectVariableCreateBody = z.infer<typeof projectVariableCreateBody>;

export const projectVariableParams = z.object({ projectId: uuid, key: projectVariableKey });
export const projectVariableDeleted = z.strictObject({
  key: projectVariableKey,
  deleted: z.literal(true),
});
export type ProjectVariableDeleted = z.infer<typeof projectVariableDeleted>;
