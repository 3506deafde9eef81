import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import { isRunning, killProcess, type ProcessIdentity } from "./process-identity.ts";
import { waitUntil } from "./wait-until.ts";

/** How long a killed process may take to go. Longer means that it hangs in the kernel. */
const goneWithinMs = 10_000;

/**
 * Remembers on disk what runs, so that the next server can end what a dead one left behind. One empty file per
 * process, named boot-pid-startTime: several servers can write side by side.
 */
export class ProcessRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Written before anything else can happen, hence synchronous. */
  add(identity: ProcessIdentity): void {
    writeFileSync(this.#file(identity), "");
  }

  remove(identity: ProcessIdentity): void {
    rmSync(this.#file(identity), { force: true });
  }

  /** The recorded processes that still run. Records of others are dropped. */
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

  /** Kills every recorded process and waits until all are gone. Throws `sandbox_unavailable` when one stays. */
  async endAll(): Promise<void> {
    const leftovers = this.running();
    for (const leftover of leftovers) killProcess(leftover);
    const gone = await waitUntil(() => !leftovers.some(isRunning), goneWithinMs);
    if (!gone) throw stuck(leftovers.filter(isRunning));
    for (const leftover of leftovers) this.remove(leftover);
  }

  #file(identity: ProcessIdentity): string {
    return join(this.#folder, `${bootId()}-${identity.pid}-${identity.startTime}`);
  }
}

/** Waits ten seconds for killed processes to go. Throws `sandbox_unavailable` when they are still there. */
export async function within(gone: Promise<unknown>, records: ProcessRecords): Promise<void> {
  if (!(await settlesWithin(gone, goneWithinMs))) throw stuck(records.running());
}

function stuck(identities: readonly ProcessIdentity[]): AppError {
  const pids = identities.map(({ pid }) => pid);
  return new AppError(
    "sandbox_unavailable",
    `Process ${pids.join(", ")} of the sandbox was killed and does not end. Look at its state with "ps -o stat,wchan,args -p ${pids.join(",")}"; a process in state D waits for a disk or a network file system.`,
  );
}

let boot: string | undefined;

/** Start times count from the boot: after the next one they mean other processes. */
function bootId(): string {
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8);
  return boot;
}
