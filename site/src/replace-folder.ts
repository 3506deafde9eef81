import { renameSync, rmSync } from "node:fs";

const maxAttempts = 20;

/**
 * Moves the folder `from` to `to`, and removes the folder that was there. Between the two moves, `to` does not exist, but it is never
 * incomplete. Processes can do this at the same time: the last one wins. Throws if another one is faster each time.
 */
export function replaceFolder(from: string, to: string): void {
  const old = `${to}.${process.pid}.old`;
  try {
    for (let attempt = 1; !exchange(from, to, old); attempt++)
      if (attempt === maxAttempts) throw new Error(`Other processes replaced ${to} ${maxAttempts} times.`);
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

/** Returns false if another process has moved its folder to `to` in between. */
function exchange(from: string, to: string, old: string): boolean {
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(to, old);
  } catch (cause) {
    if (!hasCode(cause, "ENOENT")) throw cause;
  }
  try {
    renameSync(from, to);
    return true;
  } catch (cause) {
    if (hasCode(cause, "ENOTEMPTY", "EEXIST")) return false;
    throw cause;
  }
}

function hasCode(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && "code" in cause && codes.includes(String(cause.code));
}
