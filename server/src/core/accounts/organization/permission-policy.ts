import type { PermissionKind } from "@tembo/contract/permission-kinds";

export type PermissionRule = "allow" | "deny" | "ask";

/** An organization's policy for answering permission requests from harnesses. */
export interface PermissionPolicy {
  readonly rules: Readonly<Record<PermissionKind, PermissionRule>>;
  /** Time limit for a person to answer a permission request. */
  readonly timeoutSeconds: number;
  /** Decision that applies if no person answers in time. */
  readonly onTimeout: PermissionDecision;
}

export type PermissionDecision = "allow" | "deny";
