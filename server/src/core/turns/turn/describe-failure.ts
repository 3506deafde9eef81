import { reason, withReason } from "../../base/index.ts";

/**
 * Returns a message for an unexpected failure. A full disk has a specific message, because the operator can resolve
 * it.
 */
export function describeFailure(cause: unknown, dataDir: string): string {
  if (isDiskFull(cause))
    return `The disk that holds the data folder ${dataDir} is full. Free space there, or move the folder to a larger disk (TEMBO_DATA_DIR).`;
  return `${withReason("An unexpected error occurred", reason(cause).slice(0, 200))} See the server's log.`;
}

/** True if the cause is a full disk, which Node, programs such as git, and PostgreSQL each report differently. */
function isDiskFull(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const code = "code" in cause ? cause.code : null;
  if (code === "ENOSPC" || code === POSTGRES_DISK_FULL) return true;
  return /ENOSPC|No space left on device/.test(cause.message) || isDiskFull(cause.cause);
}

const POSTGRES_DISK_FULL = "53100";
