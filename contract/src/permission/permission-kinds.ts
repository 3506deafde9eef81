/**
 * Kinds of actions of an agent. `leavePlan`: the agent wants to carry out a plan that it made on its own initiative. In
 * plan mode, a person approves the plan.
 */
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
] as const;
export type PermissionKind = (typeof permissionKinds)[number];

/**
 * Kinds of permission requests that a person sees. `reach`: a session requests more access than it was given, such as a
 * child session for another repository. No policy decides `reach`; a person always does.
 */
export const askedPermissionKinds = [...permissionKinds, "reach"] as const;
export type AskedPermissionKind = (typeof askedPermissionKinds)[number];
