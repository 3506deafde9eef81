import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdir, rename, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { AppError, withReason } from "../../core/base/index.ts";
import type { ForwardedSocket, ForwardListener } from "../../core/turns/index.ts";

/** Limit of sun_path in unix(7): 108 bytes, including the terminating zero. */
const maxSocketPathBytes = 107;

export interface SocketPlace {
  readonly socketPath: string;
  /** User who can connect if the server is root. Otherwise, only the server's own user can connect. */
  readonly uid: number;
  readonly gid: number;
}

/**
 * Returns a socket for one user that appears at a path once it has a listener. The socket is created under a temporary name and then renamed. It
 * therefore never appears with the wrong owner, and a listener that closes late does not remove the socket that replaced its own. `listen`
 * throws `unavailable` if the path is too long or the socket cannot be created.
 */
export function socketAt(place: SocketPlace): ForwardedSocket {
  return { listen: (onConnection) => listen(place, onConnection) };
}

async function listen(
  { socketPath, uid, gid }: SocketPlace,
  onConnection: Parameters<ForwardedSocket["listen"]>[0],
): Promise<ForwardListener> {
  if (Buffer.byteLength(socketPath) > maxSocketPathBytes)
    throw new AppError(
      "unavailable",
      `The path of the socket ${socketPath} is too long. Set TEMBO_DATA_DIR to a shorter path.`,
    );
  const ownPath = join(dirname(socketPath), `.${randomBytes(4).toString("hex")}`);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  let inode: number;
  try {
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o711 });
    server.listen(ownPath);
    await once(server, "listening");
    await chmod(ownPath, 0o600);
    if (process.getuid?.() === 0) await chown(ownPath, uid, gid);
    inode = (await stat(ownPath)).ino;
    await rename(ownPath, socketPath);
  } catch (cause) {
    server.close();
    throw new AppError("unavailable", withReason(`The server cannot listen at ${socketPath}`, cause), {
      cause,
    });
  }
  return {
    async close() {
      // Not awaited, because `close` completes only when all accepted connections are closed.
      server.close();
      const found = await stat(socketPath).catch(() => null);
      if (found?.ino === inode) await rm(socketPath, { force: true });
    },
  };
}
