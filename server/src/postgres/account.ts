import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { AppError } from "../core/base/index.ts";

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** The user that PostgreSQL runs as; null means the user of this process. */
export type Account = Ids | null;

/** initdb refuses to run as root and as a user without a name, and `nobody` exists on every Linux. */
export const nobody: Ids = { uid: 65534, gid: 65534 };

/** No distribution gives these to anybody, and sandboxes run above them: https://systemd.io/UIDS-GIDS/ */
const [firstFree, lastFree] = [65_520, 65_533];

/**
 * As root PostgreSQL gets a user id that no other program runs as: whoever has its user id may read its files and is let in as its
 * superuser. Throws `unavailable` when every id of the range is taken.
 */
export function databaseAccount(passwd: string = readPasswd()): Account {
  if (process.getuid?.() !== 0) return null;
  const taken = new Set(passwd.split("\n").map((line) => Number(line.split(":")[2])));
  for (let uid = lastFree; uid >= firstFree; uid--) if (!taken.has(uid)) return { uid, gid: uid };
  throw new AppError(
    "unavailable",
    `Every user id from ${firstFree} to ${lastFree} belongs to a user of this machine, so PostgreSQL has none. Free one, or set DATABASE_URL.`,
  );
}

/** The name of this process's user. Throws `unavailable` for a user id without one, as containers may have. */
export function ownName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `The user id ${process.geteuid?.()} has no name, and PostgreSQL needs one. Add a line for it to /etc/passwd, or set DATABASE_URL.`,
      { cause },
    );
  }
}

function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    // Users come from elsewhere: none of them has an id of the range.
    return "";
  }
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
