import { readFileSync } from "node:fs";

/** Unique identity of a process. The kernel reuses a pid, but not the combination of pid and start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/pid/stat. */
  readonly startTime: string;
}

/** Returns the process that currently has this pid, or null if no such process exists or it is a zombie. */
export function identify(pid: number): ProcessIdentity | null {
  const stat = readStat(pid);
  return stat === null || stat.isDead ? null : { pid, startTime: stat.startTime };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** Sends SIGKILL if the pid still belongs to this process. Returns false if the process has ended. */
export function killProcess(identity: ProcessIdentity): boolean {
  if (!isRunning(identity)) return false;
  return sendKill(identity.pid);
}

/** Sends SIGKILL to a pid, or to a process group if the number is negative. Returns false if it does not exist. */
export function sendKill(target: number): boolean {
  try {
    return process.kill(target, "SIGKILL");
  } catch (cause) {
    if (isErrno(cause, "ESRCH")) return false;
    throw cause;
  }
}

/** Returns fields from /proc/pid/stat (proc_pid_stat(5)), or null if the process does not exist. */
export function readStat(
  pid: number,
): { readonly isDead: boolean; readonly parent: number; readonly startTime: string } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ESRCH")) return null;
    throw cause;
  }
  // The second field is the program's name in parentheses and may contain any character, so parsing starts after the last parenthesis.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    isDead: fields[0] === "Z" || fields[0] === "X",
    parent: Number(fields[1]),
    startTime: fields[19]!,
  };
}

export function isErrno(cause: unknown, code: string): boolean {
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === code;
}
