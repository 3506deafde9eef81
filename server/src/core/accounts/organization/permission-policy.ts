import type { PermissionKind } from "@tembo/contract/permission-kinds";

export type PermissionRule = "allow" | "deny" | "ask";

/** What an organization says to a harness that asks. */
export interface PermissionPolicy {
  readonly rules: Readonly<Record<PermissionKind, PermissionRule>>;
  /** How long a person has to answer what is asked. */
  readonly timeoutSeconds: number;
  /** What holds when nobody answered. */
  readonly onTimeout: PermissionDecision;
}

export type PermissionDecision = "allow" | "deny";
