import { readdirSync, readFileSync } from "node:fs";
import { isErrno, isRunning, type ProcessIdentity } from "./process-identity.ts";
import { waitUntil } from "./wait-until.ts";

const stillWithinMs = 10_000;
const pageBytes = 4_096;

/**
 * Stops processes where they are (SIGSTOP, which none can refuse) and those that they start meanwhile, until every thread of all
 * stands. `list` finds them at that moment. False when that takes longer than ten seconds; what was stopped is in `stopped` then too.
 */
export async function standStill(
  list: () => readonly ProcessIdentity[],
  stopped: Map<number, ProcessIdentity>,
): Promise<boolean> {
  return waitUntil(() => {
    let areStill = true;
    for (const process of list()) {
      // Who waits for a child can do nothing before it; but that child is looked for once more.
      const isTold = stopped.has(process.pid);
      const isStill = threadsOf(process.pid).every(
        (thread) => standing.has(stateOf(thread)) || (isTold && waitsForChild(thread)),
      );
      // One that stood before, for a debugger or a shell's `kill -STOP`, is not ours to let go on.
      if (isStill) continue;
      areStill = false;
      if (stopped.has(process.pid) || !send(process, "SIGSTOP")) continue;
      stopped.set(process.pid, process);
    }
    return areStill;
  }, stillWithinMs);
}

/** Lets go on what `standStill` stopped. */
export function goOn(stopped: Map<number, ProcessIdentity>): void {
  for (const process of stopped.values()) send(process, "SIGCONT");
  stopped.clear();
}

/** What processes hold in memory, in bytes. Pages that several share count for each. */
export function residentBytes(processes: readonly ProcessIdentity[]): number {
  return processes.reduce((sum, { pid }) => {
    const pages = Number(readIfThere(`/proc/${pid}/statm`).split(" ")[1] ?? 0);
    return sum + (Number.isFinite(pages) ? pages : 0) * pageBytes;
  }, 0);
}

/** Stopped, traced, or dead: proc_pid_stat(5). */
const standing: ReadonlySet<string> = new Set(["T", "t", "Z", "X", ""]);

/** Folders of proc(5). */
const threadsOf = (pid: number): string[] =>
  listIfThere(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);

function stateOf(thread: string): string {
  const text = readIfThere(`${thread}/stat`);
  return text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3);
}

/**
 * In vfork(2) until its child runs a program of its own or ends. No signal but SIGKILL ends that, so that a stopped child would keep it from
 * ever standing; and it runs nothing meanwhile.
 */
function waitsForChild(thread: string): boolean {
  return stateOf(thread) === "D" && vforkPlaces.has(readIfThere(`${thread}/wchan`));
}

/** Where the kernel waits for it, by version. */
const vforkPlaces: ReadonlySet<string> = new Set([
  "kernel_clone",
  "wait_for_vfork_done",
  "_do_fork",
  "do_fork",
]);

/** False when it is gone. */
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
