import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { onAbort } from "../../../../runtime/on-abort.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";

/** Runs programs on this machine. Kills all processes of a program when it exits or when its signal aborts, as sandboxes do. */
export const localSandbox = {
  spawn: ({ argv: [program, ...args] }: { argv: readonly [string, ...string[]] }, signal: AbortSignal) => {
    const child = spawn(program, args, { detached: true });
    onAbort(signal, () => void child.kill("SIGKILL"));
    const closed = once(child, "close");
    const exited = once(child, "exit").then(async ([code]) => {
      spawnSync("kill", ["-KILL", `-${child.pid}`]);
      await closed;
      return { code };
    });
    return Object.assign(child, { exited });
  },
} as unknown as Sandbox;
