import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { AppError } from "../core/base/index.ts";

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** User that runs PostgreSQL, or null for this process's user. */
export type Account = Ids | null;

/** User `nobody`, which exists on every Linux distribution. It runs initdb, which rejects root and users without a name. */
export const nobodyIds: Ids = { uid: 65534, gid: 65534 };

/** Range of user IDs that no distribution assigns. The user IDs of sandboxes are above this range. See https://systemd.io/UIDS-GIDS/ */
const [firstFree, lastFree] = [65_520, 65_533];

/**
 * Returns a user ID for PostgreSQL that belongs to no user in /etc/passwd, or null if this process is not root. A program with the same user ID could
 * read PostgreSQL's files and connect as its superuser. Throws `unavailable` if every ID in the range is in use.
 */
export function databaseAccount(passwd: string = readPasswd()): Account {
  if (process.getuid?.() !== 0) return null;
  const taken = new Set(passwd.split("\n").map((line) => Number(line.split(":")[2])));
  for (let uid = lastFree; uid >= firstFree; uid--) if (!taken.has(uid)) return { uid, gid: uid };
  throw new AppError(
    "unavailable",
    `Every user ID from ${firstFree} to ${lastFree} is used by this machine, so PostgreSQL cannot have its own user ID. Remove a user, or set DATABASE_URL.`,
  );
}

/** Returns the name of this process's user. Throws `unavailable` if the user ID has no name, which can occur in containers. */
export function ownName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `The user ID ${process.geteuid?.()} has no name, and PostgreSQL requires one. Add a line for it to /etc/passwd, or set DATABASE_URL.`,
      { cause },
    );
  }
}

/** Returns the text of /etc/passwd. */
export function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    // The machine's users are defined elsewhere, and no such source assigns IDs in the range.
    return "";
  }
}

/**
 * Returns the outermost folder on the path (including `path` itself) that this user cannot enter, or null if there is none. Checks only the mode
 * bits. Throws if a folder is missing.
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

/** PostgreSQL's environment. It excludes this process's environment, which contains keys, because PostgreSQL outlives this process. */
export const bareEnvironment = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" } as const;
