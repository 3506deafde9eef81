import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/** The user that PostgreSQL runs as; null means the user of this process. */
export type Account = { readonly uid: number; readonly gid: number } | null;

/** `nobody` exists on every Linux; PostgreSQL refuses to run as root and as a user without a name. */
const nobody = { uid: 65534, gid: 65534 } as const;

export function databaseAccount(): Account {
  return process.getuid?.() === 0 ? nobody : null;
}

/**
 * The outermost folder on the way to `path` (itself included) that this user may not enter, or null.
 * Goes by the mode bits; throws when a folder is missing.
 */
export async function findClosedFolder(
  path: string,
  user: { uid: number; gid: number },
): Promise<string | null> {
  const parent = dirname(path);
  const closedAbove = parent === path ? null : await findClosedFolder(parent, user);
  if (closedAbove !== null) return closedAbove;
  const { mode, uid, gid } = await stat(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) === 0 ? path : null;
}

/** Nothing of our own environment: PostgreSQL outlives us, and it holds keys. */
export const bareEnvironment = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" } as const;
