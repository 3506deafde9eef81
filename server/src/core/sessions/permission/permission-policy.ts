import { type PermissionKind, permissionKinds } from "@tembo/contract/permission-kinds";
import type { PermissionDecision } from "../../turns/harness/harness.ts";

export type PermissionRule = "allow" | "deny" | "ask";

/** What an organization says to a harness that asks. */
export interface PermissionPolicy {
  readonly rules: Readonly<Record<PermissionKind, PermissionRule>>;
  /** How long a person has to answer what is asked. */
  readonly timeoutSeconds: number;
  /** What holds when nobody answered. */
  readonly onTimeout: PermissionDecision;
}

/** Of an organization that has set none: the sandbox is what protects. */
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
