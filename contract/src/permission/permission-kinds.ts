/**
 * Kinds of agent actions that need permission. `leavePlan`: the agent wants to carry out a plan that it made on its own
 * initiative. In plan mode, a person approves the plan instead.
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
 * Kinds of permission requests that people see. `reach`: a session requests more access than it has, such as a child
 * session for another repository. Policies do not apply to `reach` requests: a person decides them, and the server
 * denies them if no one answers in time.
 */
export const askedPermissionKinds = [...permissionKinds, "reach"] as const;
export type AskedPermissionKind = (typeof askedPermissionKinds)[number];
