import { once } from "node:events";
import { chmod, chown, mkdir, rename, rm, stat } from "node:fs/promises";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { AppError, reason } from "../../core/errors.ts";
import type { DoorPlace } from "../../core/ports/broker.ts";

/**
 * Listens at the place's socket, which only its user may connect to. The answer removes the socket again, unless a
 * later door has replaced it. Throws `unavailable`.
 */
export async function listenAt(
  server: Server,
  { socketPath, uid, gid }: DoorPlace,
): Promise<() => Promise<void>> {
  if (Buffer.byteLength(socketPath) > maxSocketPathBytes) {
    throw new AppError(
      "unavailable",
      `The egress door's socket ${socketPath} has too long a path. Set TEMBO_DATA_DIR to a shorter one.`,
    );
  }
  // Made under a name of its own, then put in place: it is never seen with the wrong owner, and the server, which
  // removes the name it listened on when it closes, never removes the socket of a door that has replaced it.
  const ownPath = join(dirname(socketPath), `.${process.pid}-e${++opened}`);
  try {
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o711 });
    await rm(ownPath, { force: true });
    server.listen(ownPath);
    await once(server, "listening");
    await chmod(ownPath, 0o600);
    if (process.getuid?.() === 0) await chown(ownPath, uid, gid);
    const { ino } = await stat(ownPath);
    await rename(ownPath, socketPath);
    return () => removeIfSame(socketPath, ino);
  } catch (cause) {
    server.close();
    throw new AppError("unavailable", `The egress door cannot listen at ${socketPath}: ${reason(cause)}`, {
      cause,
    });
  }
}

let opened = 0;

/** sun_path of unix(7) holds 108 with the closing zero. */
const maxSocketPathBytes = 107;

async function removeIfSame(socketPath: string, inode: number): Promise<void> {
  const found = await stat(socketPath).catch(() => null);
  if (found?.ino === inode) await rm(socketPath, { force: true });
}
