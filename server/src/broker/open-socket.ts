import { once } from "node:events";
import { chmod, chown, mkdir, rename, rm, rmdir, stat } from "node:fs/promises";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { AppError, reason } from "../core/base/index.ts";
import type { DoorPlace } from "../core/turns/index.ts";

let opened = 0;

/** sun_path of unix(7) holds 108 with the closing zero. */
const maxSocketPathBytes = 107;

/**
 * Listens at a place of the file system, for its user alone. Made under a name of its own and then put in place: never seen
 * with the wrong owner, and a door that closes late does not remove the socket of the one that has replaced it.
 * Returns what closes it, cutting every connection.
 */
export async function openSocket(
  server: Server,
  { socketPath, uid, gid }: DoorPlace,
): Promise<() => Promise<void>> {
  if (Buffer.byteLength(socketPath) > maxSocketPathBytes)
    throw new AppError(
      "unavailable",
      `The door's socket ${socketPath} has too long a path. Set TEMBO_DATA_DIR to a shorter one.`,
    );
  const ownPath = join(dirname(socketPath), `.${process.pid}-${++opened}`);
  let inode: number;
  try {
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o711 });
    await rm(ownPath, { force: true });
    server.listen(ownPath);
    await once(server, "listening");
    await chmod(ownPath, 0o600);
    if (process.getuid?.() === 0) await chown(ownPath, uid, gid);
    inode = (await stat(ownPath)).ino;
    await rename(ownPath, socketPath);
  } catch (cause) {
    server.close();
    throw new AppError("unavailable", `The door cannot listen at ${socketPath}: ${reason(cause)}`, {
      cause,
    });
  }
  return async () => {
    await closeServer(server);
    const found = await stat(socketPath).catch(() => null);
    if (found?.ino === inode) await rm(socketPath, { force: true });
    await removeIfEmpty(dirname(socketPath));
  };
}

function closeServer(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

/** A session's folder goes with the last of its doors. */
async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (cause) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
  }
}
