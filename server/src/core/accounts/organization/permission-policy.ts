import type { PermissionKind } from "@tembo/contract/permission-kinds";

export type PermissionRule = "allow" | "deny" | "ask";

/** An organization's answers to permission requests of harnesses. */
export interface PermissionPolicy {
  readonly rules: Readonly<Record<PermissionKind, PermissionRule>>;
  /** Time that a person has to answer a permission request. */
  readonly timeoutSeconds: number;
  /** Decision if no person answers in time. */
  readonly onTimeout: PermissionDecision;
}

export type PermissionDecision = "allow" | "deny";
