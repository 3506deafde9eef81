import { readdirSync } from "node:fs";
import { identify, type ProcessIdentity, readStat } from "./process-identity.ts";

/** Returns the running descendants of processes, by parent pid. Also finds processes that cleared their environment. */
export function findDescendants(...roots: readonly number[]): ProcessIdentity[] {
  const children = new Map<number, number[]>();
  for (const pid of listPids()) {
    const stat = readStat(pid);
    if (stat === null) continue;
    const siblings = children.get(stat.parent);
    if (siblings === undefined) children.set(stat.parent, [pid]);
    else siblings.push(pid);
  }
  const found = new Set<number>();
  const collect = (pid: number) => {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child)) continue;
      found.add(child);
      collect(child);
    }
  };
  for (const root of roots) collect(root);
  return [...found].flatMap((pid) => identify(pid) ?? []);
}

export function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}
