import { readdirSync, readFileSync } from "node:fs";
import { identify, isErrno, type ProcessIdentity, readStat } from "../processes/process-identity.ts";

/**
 * Without a PID namespace nothing holds a program's processes together once they leave its group and their parents
 * die. What they still carry is the environment they began with: each program has a TMPDIR of its own.
 */
export function findByTmpdir(prefix: string): ProcessIdentity[] {
  const needle = `\0TMPDIR=${prefix}`;
  return listPids()
    .filter((pid) => `\0${readEnvironment(pid)}`.includes(needle))
    .flatMap((pid) => identify(pid) ?? []);
}

/** The living processes below one, by parentage: finds those that cleared their environment. */
export function findDescendants(root: number): ProcessIdentity[] {
  const children = new Map<number, number[]>();
  for (const pid of listPids()) {
    const stat = readStat(pid);
    if (stat === null) continue;
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root).flatMap((pid) => identify(pid) ?? []);
}

function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** Empty for what is gone meanwhile, for kernel threads and for other people's processes. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch (cause) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].some((code) => isErrno(cause, code))) return "";
    throw cause;
  }
}
