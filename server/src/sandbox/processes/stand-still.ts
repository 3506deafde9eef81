import { readdirSync, readFileSync } from "node:fs";
import { isErrno, isRunning, type ProcessIdentity } from "./process-identity.ts";
import { waitUntil } from "./wait-until.ts";

const stillWithinMs = 10_000;
const pageBytes = 4_096;

/**
 * Stops processes with SIGSTOP, which they cannot catch. Includes processes that they start in the meantime, and repeats until every thread has
 * stopped. `list` returns the current processes. Adds each process that it stops to `stopped`. Returns false if a thread still runs after ten
 * seconds.
 */
export async function standStill(
  list: () => readonly ProcessIdentity[],
  stopped: Map<number, ProcessIdentity>,
): Promise<boolean> {
  return waitUntil(() => {
    let areStill = true;
    for (const process of list()) {
      // A process that waits for its vforked child cannot run before the child continues. It counts as running in the first round, so that
      // the next round finds the child.
      const isStopped = stopped.has(process.pid);
      const isStill = threadsOf(process.pid).every(
        (thread) => standing.has(readState(thread)) || (isStopped && waitsForChild(thread)),
      );
      // Skips a process that was already stopped by a debugger or `kill -STOP`, because it must not be continued later.
      if (isStill) continue;
      areStill = false;
      if (stopped.has(process.pid) || !send(process, "SIGSTOP")) continue;
      stopped.set(process.pid, process);
    }
    return areStill;
  }, stillWithinMs);
}

/** Continues the processes that `standStill` stopped. */
export function goOn(stopped: Map<number, ProcessIdentity>): void {
  for (const process of stopped.values()) send(process, "SIGCONT");
  stopped.clear();
}

/** Returns the resident memory of processes in bytes. Pages shared by several processes count for each of them. */
export function residentBytes(processes: readonly ProcessIdentity[]): number {
  return processes.reduce((sum, { pid }) => {
    const pages = Number(readIfThere(`/proc/${pid}/statm`).split(" ")[1] ?? 0);
    return sum + (Number.isFinite(pages) ? pages : 0) * pageBytes;
  }, 0);
}

/** States of a stopped, traced or dead process: proc_pid_stat(5). */
const standing: ReadonlySet<string> = new Set(["T", "t", "Z", "X", ""]);

/** Returns the thread folders of a process in /proc. */
const threadsOf = (pid: number): string[] =>
  listIfThere(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);

function readState(thread: string): string {
  const text = readIfThere(`${thread}/stat`);
  return text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3);
}

/**
 * Returns true if the thread is blocked in vfork(2) until its child executes a program or exits. Only SIGKILL interrupts that wait, so
 * SIGSTOP cannot stop the thread while its child is stopped. The thread executes nothing during the wait.
 */
function waitsForChild(thread: string): boolean {
  return readState(thread) === "D" && vforkPlaces.has(readIfThere(`${thread}/wchan`));
}

/** Kernel functions in which vfork waits in different kernel versions. */
const vforkPlaces: ReadonlySet<string> = new Set([
  "kernel_clone",
  "wait_for_vfork_done",
  "_do_fork",
  "do_fork",
]);

/** Sends the signal. Returns false if the process has ended. */
function send(identity: ProcessIdentity, signal: "SIGSTOP" | "SIGCONT"): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (cause) {
    if (isErrno(cause, "ESRCH")) return false;
    throw cause;
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return "";
    throw cause;
  }
}

function listIfThere(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return [];
    throw cause;
  }
}
