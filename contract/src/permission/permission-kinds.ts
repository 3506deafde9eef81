/** What an agent may want to do. `leavePlan`: to carry out a plan that it made of its own accord; in plan mode a person approves. */
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
 * Kinds of permission that a person sees. `reach`: a session asks for more than it was given, such as a child session for another
 * repository; no policy decides it, a person always does.
 */
export const askedPermissionKinds = [...permissionKinds, "reach"] as const;
export type AskedPermissionKind = (typeof askedPermissionKinds)[number];
