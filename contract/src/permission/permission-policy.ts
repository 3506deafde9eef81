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
    "Applies to plans that the agent made outside plan mode. In plan mode, a person must approve the plan.",
  ),
});
const timeoutSeconds = z.int().min(1).max(86_400);

/** The organization's policy for agents' permission requests. An extension of this server. */
export const permissionPolicy = z.strictObject({
  rules: rules.describe("Rules by kind of action. `ask` requests a decision from a person."),
  timeoutSeconds: timeoutSeconds.describe("Response timeout, in seconds."),
  onTimeout: permissionDecision.describe("Decision if no one responds before the timeout."),
});
export type PermissionPolicy = z.infer<typeof permissionPolicy>;
export const permissionPolicyUpdate = z
  .strictObject({ rules: rules.partial(), timeoutSeconds, onTimeout: permissionDecision })
  .partial()
  .refine((body) => Object.keys(body).length > 0, { message: "Send at least one field to change" });
export type PermissionPolicyUpdate = z.infer<typeof permissionPolicyUpdate>;
