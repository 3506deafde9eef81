import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import { bootId } from "./boot-id.ts";
import { isRunning, killProcess, type ProcessIdentity } from "./process-identity.ts";
import { waitUntil } from "./wait-until.ts";

/** Time limit for a killed process to exit. A process that takes longer is stuck in the kernel. */
const goneWithinMs = 10_000;

/**
 * Records running processes on disk, so that the next server can kill processes that a crashed server left running. Each process has an
 * empty file with the name boot-pid-startTime. Several servers of one process namespace can therefore use the same folder. In another namespace,
 * as in another container, the processes have other IDs, so a server there cannot find them and removes their records.
 */
export class ProcessRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Start of the path of a record. The process ID, a dash and the start time follow. */
  get prefix(): string {
    return join(this.#folder, `${bootId()}-`);
  }

  /** Records a process synchronously, so that the record exists before any other code runs. */
  add(identity: ProcessIdentity): void {
    writeFileSync(this.#file(identity), "");
  }

  remove(identity: ProcessIdentity): void {
    rmSync(this.#file(identity), { force: true });
  }

  /** Returns the recorded processes that are still running. Removes all other records. */
  running(): ProcessIdentity[] {
    const running: ProcessIdentity[] = [];
    for (const name of readdirSync(this.#folder)) {
      const [boot, pid, startTime] = name.split("-");
      const identity = { pid: Number(pid), startTime: String(startTime) };
      if (boot === bootId() && isRunning(identity)) running.push(identity);
      else rmSync(join(this.#folder, name), { force: true });
    }
    return running;
  }

  /** Kills every recorded process and waits until all have exited. Throws `sandbox_unavailable` if a process remains. */
  async endAll(): Promise<void> {
    const leftovers = this.running();
    for (const leftover of leftovers) killProcess(leftover);
    const gone = await waitUntil(() => !leftovers.some(isRunning), goneWithinMs);
    if (!gone) throw stuck(leftovers.filter(isRunning));
    for (const leftover of leftovers) this.remove(leftover);
  }

  #file(identity: ProcessIdentity): string {
    return `${this.prefix}${identity.pid}-${identity.startTime}`;
  }
}

/** Waits up to ten seconds for killed processes to exit. Throws `sandbox_unavailable` if a process remains. */
export async function within(gone: Promise<unknown>, records: ProcessRecords): Promise<void> {
  if (!(await settlesWithin(gone, goneWithinMs))) throw stuck(records.running());
}

function stuck(identities: readonly ProcessIdentity[]): AppError {
  const pids = identities.map(({ pid }) => pid);
  return new AppError(
    "sandbox_unavailable",
    `Sandbox processes were killed but have not exited: ${pids.join(", ")}. Check their state with "ps -o stat,wchan,args -p ${pids.join(",")}". A process in state D waits for a disk or a network file system.`,
  );
}
