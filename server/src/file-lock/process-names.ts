import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../core/base/index.ts";
import { type FileLock, lockFile } from "./file-lock.ts";

const maxAttempts = 10;

/**
 * Names of the processes that use a folder, also of other containers. Each process locks the file that has its name. The kernel releases the
 * lock when the process ends, however it ends. A process therefore needs no further lock for the files that carry its name.
 */
export class ProcessNames {
  /** Random name of this process. No other process ever has the same. */
  readonly own: string;
  readonly #folder: string;
  readonly #lock: FileLock;

  private constructor(own: string, folder: string, lock: FileLock) {
    this.own = own;
    this.#folder = folder;
    this.#lock = lock;
  }

  /** Gives this process a name, and removes the names of dead processes with `remove`. Throws the errors of `lockFile`. */
  static async open(
    folder: string,
    remove = (file: string) => rm(file, { force: true }),
  ): Promise<ProcessNames> {
    await mkdir(folder, { recursive: true });
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const name = randomBytes(8).toString("hex");
      const file = join(folder, name);
      // Until the file is locked, another process may take it for that of a dead process.
      const lock = await lockFile(file, { kind: "exclusive", waitMs: 0 });
      if (lock === null) continue;
      if (!(await isThere(file))) {
        await lock.release();
        continue;
      }
      const names = new ProcessNames(name, folder, lock);
      await names.#removeDead(remove);
      return names;
    }
    throw new AppError("unavailable", `Other processes keep deleting files in ${folder}. Try again.`);
  }

  /** True if the process with this name runs. Starts a program only for another process. */
  async isRunning(name: string): Promise<boolean> {
    if (name === this.own) return true;
    if (!/^[0-9a-f]{16}$/.test(name)) return false;
    try {
      const options = { kind: "shared", waitMs: 0, mustExist: true } as const;
      await using lock = await lockFile(join(this.#folder, name), options);
      return lock === null;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw cause;
    }
  }

  /** Gives the name up. Idempotent. */
  async close(): Promise<void> {
    await rm(join(this.#folder, this.own), { force: true });
    await this.#lock.release();
  }

  async #removeDead(remove: (file: string) => Promise<void>): Promise<void> {
    for (const name of await readdir(this.#folder))
      if (name !== this.own) await removeIfDead(join(this.#folder, name), remove);
  }
}

/** Removes a name while holding its lock, because a process that has just created the file may lock it meanwhile. */
async function removeIfDead(file: string, remove: (file: string) => Promise<void>): Promise<void> {
  try {
    await using lock = await lockFile(file, { kind: "exclusive", waitMs: 0, mustExist: true });
    if (lock !== null) await remove(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
