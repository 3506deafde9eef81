import { readdir, readFile } from "node:fs/promises";

/** Returns the process IDs of a process and of all its descendants, parents first. */
export async function processTree(root: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = await parentOf(Number(entry));
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Sends a signal to the process and to all its descendants, including those that start meanwhile. */
export async function signalTree(root: number, signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
  const done = new Set<number>();
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const pid of await processTree(root)) {
      if (done.has(pid)) continue;
      done.add(pid);
      isNew = true;
      sendIfAlive(pid, signal);
    }
  }
}

export function sendIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}

async function parentOf(pid: number): Promise<number | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain spaces.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch (cause) {
    if (["ENOENT", "ESRCH"].includes((cause as NodeJS.ErrnoException).code ?? "")) return null;
    throw cause;
  }
}
