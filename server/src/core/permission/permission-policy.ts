import type { PermissionDecision, PermissionRequest } from "../ports/harness.ts";

export type PermissionKind = PermissionRequest["kind"];
export type PermissionRule = "allow" | "deny" | "ask";

export const permissionKinds = [
  "read",
  "edit",
  "delete",
  "move",
  "search",
  "execute",
  "think",
  "fetch",
  "other",
  "leavePlan",
] as const satisfies readonly PermissionKind[];

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
  rules: {
    read: "allow",
    edit: "allow",
    delete: "allow",
    move: "allow",
    search: "allow",
    execute: "allow",
    think: "allow",
    fetch: "allow",
    other: "allow",
    leavePlan: "allow",
  },
  timeoutSeconds: 600,
  onTimeout: "deny",
};

export function allowsEverything({ rules }: PermissionPolicy): boolean {
  return permissionKinds.every((kind) => rules[kind] === "allow");
}
