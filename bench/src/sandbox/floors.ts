import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Runs `true` in bubblewrap alone, with all namespaces unshared and the system folders mounted. Every sandbox needs at
 * least this time. Returns milliseconds.
 */
export function runBareBubblewrap(): Promise<number> {
  return runToEnd("bwrap", [
    ..."--unshare-all --die-with-parent --ro-bind /usr /usr --symlink usr/bin /bin".split(" "),
    ..."--symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp".split(" "),
    ...["--", "/usr/bin/true"],
  ]);
}

/** Runs the same program without a sandbox. Returns the time in milliseconds. */
export function runBareSpawn(): Promise<number> {
  return runToEnd("true", []);
}

async function runToEnd(program: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${program} exited with ${code}`);
  return performance.now() - startedAt;
}
