import { z } from "zod";
import { type PermissionKind, permissionKinds } from "./permission-kinds.ts";

export const permissionDecision = z.enum(["allow", "deny"]);
const rule = z.enum(["allow", "deny", "ask"]);
const ruleOfEach = Object.fromEntries(permissionKinds.map((kind) => [kind, rule])) as Record<
  PermissionKind,
  typeof rule
>;
const rules = z.strictObject({
  ...ruleOfEach,
  leavePlan: rule.describe(
    "To carry out a plan that the agent made of its own accord; in plan mode a person approves.",
  ),
});
const timeoutSeconds = z.int().min(1).max(86_400);

/** The organization's policy for permission requests of agents. An extension of this server. */
export const permissionPolicy = z.strictObject({
  rules: rules.describe("By kind of what the agent wants to do; `ask` puts it to a person."),
  timeoutSeconds: timeoutSeconds.describe("How long a person has to answer."),
  onTimeout: permissionDecision.describe("Decision if no one answers in time."),
});
export type PermissionPolicy = z.infer<typeof permissionPolicy>;
export const permissionPolicyUpdate = z
  .strictObject({ rules: rules.partial(), timeoutSeconds, onTimeout: permissionDecision })
  .partial()
  .refine((body) => Object.keys(body).length > 0, { message: "Give at least one thing to change" });
export type PermissionPolicyUpdate = z.infer<typeof permissionPolicyUpdate>;
