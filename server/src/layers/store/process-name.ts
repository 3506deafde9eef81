import { readFileSync } from "node:fs";

/** Returns `PID-START`, which is unique on this machine until it restarts, or null if there is no such process. */
export function nameOfProcess(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Fields after the name, which is in parentheses and may contain any character. The start time is field 22 (proc_pid_stat(5)).
    return `${pid}-${text.slice(text.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch (cause) {
    if (["ENOENT", "ESRCH"].includes((cause as NodeJS.ErrnoException).code!)) return null;
    throw cause;
  }
}

/** True if the process that `nameOfProcess` named is running. Text after a second hyphen is ignored. */
export function isNameOfRunning(name: string): boolean {
  const [pid, start] = name.split("-");
  return /^[1-9]\d{0,9}$/.test(pid!) && nameOfProcess(Number(pid)) === `${pid}-${start}`;
}
