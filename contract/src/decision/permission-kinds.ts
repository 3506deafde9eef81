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
