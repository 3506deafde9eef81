import { type PermissionKind, permissionKinds } from "@tembo/contract/permission-kinds";
import type { PermissionPolicy } from "../../accounts/index.ts";

/** Policy of an organization that has not set one. It allows everything, because the sandbox isolates the harness. */
export const defaultPermissionPolicy: PermissionPolicy = {
  rules: Object.fromEntries(permissionKinds.map((kind) => [kind, "allow"])) as Record<
    PermissionKind,
    "allow"
  >,
  timeoutSeconds: 600,
  onTimeout: "deny",
};

export function allowsEverything({ rules }: PermissionPolicy): boolean {
  return permissionKinds.every((kind) => rules[kind] === "allow");
}
