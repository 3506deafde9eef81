import { readdirSync, readFileSync } from "node:fs";

/** Stops a process and all processes below it, as if their machine were frozen. Returns a function that continues them. */
export function freeze(pid: number): () => void {
  const frozen = new Set<number>();
  // A process that was stopped starts no others, so the loop ends.
  for (let found = treeOf(pid); found.some((one) => !frozen.has(one)); found = treeOf(pid))
    for (const one of found)
      if (!frozen.has(one)) {
        send(one, "SIGSTOP");
        frozen.add(one);
      }
  return () => {
    for (const one of frozen) send(one, "SIGCONT");
  };
}

function treeOf(root: number): number[] {
  const parents = new Map(allProcesses());
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return pid === root || (parent !== undefined && parent !== 0 && isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

function allProcesses(): [number, number][] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const parent = parentOf(name);
      return parent === null ? [] : [[Number(name), parent] as [number, number]];
    });
}

function parentOf(pid: string): number | null {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch (cause) {
    // The process has ended meanwhile.
    if (["ENOENT", "ESRCH"].includes((cause as NodeJS.ErrnoException).code ?? "")) return null;
    throw cause;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}
