import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { AppError, withReason, withStartReason } from "../core/base/index.ts";
import { onAbort } from "../runtime/on-abort.ts";
import { startProgram } from "../runtime/start-program.ts";
import { TailBuffer } from "../runtime/tail-buffer.ts";

export interface FileLock extends AsyncDisposable {
  /** Releases the lock. Idempotent. */
  release(): Promise<void>;
}

export interface FileLockOptions {
  /** Any number of processes can hold a shared lock at the same time. */
  readonly kind: "exclusive" | "shared";
  /** Maximum time until another process releases the lock, in milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  /** Throws ENOENT if the file does not exist, instead of creating it. */
  readonly mustExist?: boolean;
  /** Folders in which flock(1) is searched, in the form of PATH. For tests. */
  readonly path?: string;
}

const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Exit code of flock(1) for a lock that another process holds. */
const heldCode = 1;
const maxErrorBytes = 1_000;

/**
 * Locks a file, and creates it if it does not exist. Returns null if others still hold the lock after `waitMs`. The kernel releases the lock
 * when this process ends, however it ends. The lock also excludes processes in other containers, where process IDs have another meaning.
 * Rejects with the signal's reason, with `unavailable`, and what to change, if flock(1) is missing or the file system has no locks, or with an error of open(2).
 */
export async function lockFile(file: string, options: FileLockOptions): Promise<FileLock | null> {
  options.signal?.throwIfAborted();
  const creation = options.mustExist === true ? 0 : constants.O_CREAT;
  const handle = await open(file, constants.O_RDWR | constants.O_NOFOLLOW | creation, 0o600);
  try {
    if (await lockDescriptor(handle.fd, options)) {
      const release = () => handle.close();
      return { release, [Symbol.asyncDispose]: release };
    }
  } catch (cause) {
    await handle.close();
    throw cause;
  }
  await handle.close();
  return null;
}

/**
 * Locks an open file (flock(2)). Such a lock belongs to the open file and not to the process that requests it, so it stays when flock(1) has
 * exited. Node closes its files in programs that it starts, so they do not inherit the lock.
 */
async function lockDescriptor(
  descriptor: number,
  { kind, waitMs, signal, path = usualPath }: FileLockOptions,
): Promise<boolean> {
  const wait = waitMs > 0 ? ["--wait", String(waitMs / 1_000)] : ["--nonblock"];
  const child = startProgram(
    () =>
      spawn("flock", [`--${kind}`, ...wait, "3"], {
        env: { PATH: path, LC_ALL: "C" },
        stdio: ["ignore", "ignore", "pipe", descriptor],
      }),
    cannotStart,
  );
  using _ = signal === undefined ? undefined : onAbort(signal, () => child.kill("SIGKILL"));
  const words = new TailBuffer(maxErrorBytes);
  child.stderr!.on("data", (chunk: Buffer) => words.add(chunk));
  const [code] = await once(child, "close").catch((cause: unknown) => {
    throw cannotStart(cause);
  });
  signal?.throwIfAborted();
  if (code === 0) return true;
  if (code === heldCode) return false;
  const why = words.toText().trim() || `exit code ${code}`;
  throw new AppError(
    "unavailable",
    `${withReason("flock cannot lock a file", why)} Put the data folder (TEMBO_DATA_DIR) on a file system with locks (flock(2)).`,
  );
}

const cannotStart = (cause: unknown) =>
  new AppError("unavailable", withStartReason("flock cannot be started", cause, "Install util-linux."), {
    cause,
  });
