import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { AppError, idsOfRoot, rootSandboxes } from "../../core/base/index.ts";
import { claim } from "../../file-lock/claim.ts";
import { pidsOfUsers } from "../disk/pids-of-users.ts";
import { openProcessNames } from "../processes/open-process-names.ts";

/**
 * Host IDs that one running sandbox has for itself. Of all files on disk, only its sockets and gVisor's state have them. No other sandbox sees
 * these, and they are removed when the sandbox stops, or by `clear` if the server was killed.
 */
export interface RootIds {
  readonly firstId: number;
  /** Makes the IDs available to another sandbox. Idempotent. */
  release(): Promise<void>;
}

/**
 * Reserves a range of IDs that no running process has. An abstract socket excludes the other servers of this machine, and a claim those
 * in containers with the same data folder, which have another network and other process IDs. Both end when the server dies.
 * Throws `sandbox_unavailable` if no range is free, and the errors of `claim`.
 */
export async function takeRootIds(dataDir: string, uidBase: number | undefined): Promise<RootIds> {
  if (uidBase === undefined)
    throw new AppError("sandbox_unavailable", "This server reserves no user IDs for profile root.");
  const names = await openProcessNames(dataDir);
  const claims = join(dataDir, "runtime", "claimed-ids");
  await mkdir(claims, { recursive: true });
  for (let slot = 0; slot < rootSandboxes; slot += 1) {
    const firstId = uidBase + slot * idsOfRoot;
    const socket = await tryListen(`\0tembo-root-ids-${firstId}`);
    if (socket === null) continue;
    await using held = new AsyncDisposableStack();
    held.defer(() => void socket.close());
    const release = await claim(names, join(claims, String(firstId)));
    if (release === null) continue;
    held.defer(release);
    // The processes of a server that was killed may need a moment to end.
    if (pidsOfUsers(firstId, idsOfRoot).length > 0) continue;
    const kept = held.move();
    return { firstId, release: () => kept.disposeAsync() };
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
