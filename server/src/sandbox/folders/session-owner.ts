/**
 * Number of user IDs for the files and programs of sessions, starting at `uidBase`. A sandbox with users of its own has
 * a second range of the same size after it.
 */
export const usersPerInstallation = 50_000;

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Returns the owner of a session's files. If the server is not root, the owner is the server's own user. */
export function sessionOwner(uidBase: number | null, sessionNumber: number): FileOwner {
  const own = process.getuid!();
  if (own !== 0 || uidBase === null) return { uid: own, gid: process.getgid!() };
  const uid = uidBase + (sessionNumber % usersPerInstallation);
  return { uid, gid: uid };
}
