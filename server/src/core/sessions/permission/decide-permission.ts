import type { PermissionKind } from "@tembo/contract/permission-kinds";
import type { HarnessMode } from "../../access/index.ts";
import type { PermissionPolicy, PermissionRule } from "../../accounts/index.ts";

/**
 * What is said to a harness that asks. A plan is never left by its own word: it is approved by a person, after the turn. What would
 * change the workspace then needs no rule of its own, as the sandbox keeps it from being changed.
 */
export function decidePermission(
  policy: PermissionPolicy,
  mode: HarnessMode,
  kind: PermissionKind,
): PermissionRule {
  return mode === "plan" && kind === "leavePlan" ? "deny" : policy.rules[kind];
}
