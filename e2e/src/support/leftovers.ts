import { readdir, readFile } from "node:fs/promises";

/** Command lines of running processes that mention `text`, this process excepted. */
export async function processesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const commandLine = await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "");
    if (commandLine.includes(text)) found.push(commandLine.replaceAll("\0", " ").trim());
  }
  return found;
}

/** Processes whose real user is one of the sandboxes': none may be left when no turn runs. */
export async function sandboxProcesses(uidBase: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/status`, "utf8").catch(() => "");
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
    // A zombie has ended; whoever adopted it will notice in a moment.
    const isZombie = /^State:\s+Z/m.test(status);
    if (!isZombie && uid >= uidBase && uid < uidBase + 50_000) found.push(status.split("\n", 1)[0]!);
  }
  return found;
}
