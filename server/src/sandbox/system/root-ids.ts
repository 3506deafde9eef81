import { createServer, type Server } from "node:net";
import { AppError, idsOfRoot, rootSandboxes } from "../../core/base/index.ts";
import { pidsOfUsers } from "../disk/pids-of-users.ts";

/**
 * Host IDs that one running sandbox has for itself. Of all files on disk, only its sockets and gVisor's state have them. No other sandbox sees
 * these, and they are removed when the sandbox stops, or by `clear` if the server was killed.
 */
export interface RootIds {
  readonly firstId: number;
  /** Makes the IDs available to another sandbox. Idempotent. */
  release(): void;
}

/**
 * Reserves a range of IDs that no running process has. The lock is an abstract socket, which the kernel removes when the server dies. Throws
 * `sandbox_unavailable` if no range is free.
 */
export async function takeRootIds(uidBase: number | undefined): Promise<RootIds> {
  if (uidBase === undefined)
    throw new AppError("sandbox_unavailable", "This server reserves no user IDs for profile root.");
  for (let slot = 0; slot < rootSandboxes; slot += 1) {
    const firstId = uidBase + slot * idsOfRoot;
    const lock = await tryListen(`\0tembo-root-ids-${firstId}`);
    if (lock === null) continue;
    // The processes of a server that was killed may need a moment to end.
    if (pidsOfUsers(firstId, idsOfRoot).length === 0) return { firstId, release: () => void lock.close() };
    lock.close();
  }
  throw new AppError(
    "sandbox_unavailable",
    `All ${rootSandboxes} ranges of user IDs for profile root are in use on this machine. Wait until other sessions have ended.`,
  );
}

function tryListen(path: string): Promise<Server | null> {
  const server = createServer((connection) => connection.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "EADDRINUSE") resolve(null);
      else reject(cause);
    });
    server.listen({ path, exclusive: true }, () => resolve(server.unref()));
  });
}
