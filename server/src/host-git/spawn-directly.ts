import { type ChildProcess, spawn } from "node:child_process";
import { AppError } from "../core/errors.ts";
import type { RunnerLaunch } from "./frames.ts";
import type { HostProgram } from "./runner.ts";

/** Units of dash: KiB, and blocks of 512 bytes. Limits that the machine holds lower already stay. */
const limitScript = `
ulimit -c 0 2>/dev/null
ulimit -d "$1" 2>/dev/null
ulimit -f "$2" 2>/dev/null
shift 2
exec "$@"
`;

/** The same without the runner, for machines without Perl: dearer, and confined by its user alone. */
export function spawnDirectly(launch: RunnerLaunch): HostProgram {
  const limits = [
    String(Math.floor(launch.maxMemoryBytes / 1024)),
    String(Math.floor(launch.maxFileBytes / 512)),
  ];
  const argv = ["sh", "-c", limitScript, "sh", ...limits, ...launch.argv];
  const [program, ...args] = launch.lockFile === null ? argv : ["flock", launch.lockFile, ...argv];
  const child = spawn(program!, args, {
    cwd: "/",
    env: launch.env,
    stdio: [launch.hasStdin ? "pipe" : "ignore", "pipe", "pipe"],
    // A group of its own, so that helpers git starts end with it.
    detached: true,
    ...(launch.user !== null && process.getuid?.() === 0 ? launch.user : {}),
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === "ENOENT"
          ? new AppError("git_failed", `${program} is not installed here. Install git and util-linux.`, {
              cause,
            })
          : cause,
      ),
    );
    child.once("close", resolve);
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout!,
    stderr: child.stderr!,
    exited,
    kill: () => killGroup(child),
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}
