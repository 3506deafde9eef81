import { AppError } from "./errors.ts";

/** Number of IDs in a sandbox with profile `root`. Package managers and services expect all of them. */
export const idsOfRoot = 65_536;

/** Maximum number of sandboxes with profile `root` that run on one machine at the same time. */
export const rootSandboxes = 2_048;

/** Number of IDs of sessions, gVisor, host git and, 200,000 above the first, the files of layers. */
const sessionIds = 200_000 + idsOfRoot;

export interface UserIdBases {
  readonly sandboxUidBase: number;
  readonly sandboxRootUidBase: number;
}

/** Consecutive user IDs. */
interface Range {
  readonly first: number;
  readonly count: number;
}

/** Returns the user IDs that a server that is root reserves, with the setting that moves each range. */
export function userIdRanges({ sandboxUidBase, sandboxRootUidBase }: UserIdBases): readonly (Range & {
  readonly setting: "TEMBO_SANDBOX_UID_BASE" | "TEMBO_SANDBOX_ROOT_UID_BASE";
})[] {
  return [
    { setting: "TEMBO_SANDBOX_UID_BASE", first: sandboxUidBase, count: sessionIds },
    { setting: "TEMBO_SANDBOX_ROOT_UID_BASE", first: sandboxRootUidBase, count: rootSandboxes * idsOfRoot },
  ];
}

export function overlap(one: Range, other: Range): boolean {
  return one.first < other.first + other.count && other.first < one.first + one.count;
}

/** Returns why two reserved ranges cannot both be used, without the name of the setting to change, or null if they can. */
export function problemOfBases(bases: UserIdBases): string | null {
  const [sessions, root] = userIdRanges(bases);
  if (sessions === undefined || root === undefined || !overlap(sessions, root)) return null;
  const last = ({ first, count }: Range) => first + count - 1;
  return `must leave the IDs of sandboxes with profile root, ${root.first} to ${last(root)}, apart from ${sessions.first} to ${last(sessions)}, which TEMBO_SANDBOX_UID_BASE reserves`;
}

/**
 * Returns the error to throw when `chown` fails. Replaces EINVAL, which means that the user namespace lacks the ID, with an
 * explanation. Returns other errors unchanged.
 */
export function explainFailedChown(uid: number, cause: unknown): unknown {
  if ((cause as { readonly code?: unknown }).code !== "EINVAL") return cause;
  const message = `This container has no user ID ${uid}, because its user namespace has too few. Give it more IDs, or lower TEMBO_SANDBOX_UID_BASE.`;
  return new AppError("sandbox_unavailable", message, { cause });
}
