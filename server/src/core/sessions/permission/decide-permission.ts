import type { PermissionKind } from "@tembo/contract/permission-kinds";
import type { HarnessMode } from "../../access/index.ts";
import type { PermissionPolicy, PermissionRule } from "../../accounts/index.ts";

/**
 * Decides a permission request. A harness can never leave plan mode by itself, because a person approves the plan after
 * the turn. Edits need no rule in plan mode, because the workspace is read-only.
 */
export function decidePermission(
  policy: PermissionPolicy,
  mode: HarnessMode,
  kind: PermissionKind,
): PermissionRule {
  return mode === "plan" && kind === "leavePlan" ? "deny" : policy.rules[kind];
}
