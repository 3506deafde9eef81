import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sandbox, SandboxCommand, SandboxProcess } from "../../core/turns/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { partsWithoutUse } from "../replay/parts-without-use.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Creates a sandbox for tests, never for the product. The sandbox provides no isolation, but kills all processes that it started. */
export function localSandbox(options: { modelUrl?: string; homePath?: string } = {}): Sandbox {
  const base = temporaryFolder();
  const workspacePath = join(base, "workspace");
  const homePath = options.homePath ?? join(base, "home");
  for (const path of [workspacePath, homePath]) mkdirSync(path, { recursive: true });
  let count = 0;
  const running = new Set<SandboxProcess>();
  const stopAll = new AbortController();
  return {
    workspacePath,
    homePath,
    modelUrl: options.modelUrl ?? "http://127.0.0.1:9",
    tools: { program: "tembo", url: "http://127.0.0.1:9" },
    spawn(command, signal) {
      count += 1;
      // Each program has a folder of its own, by which its processes are found when it ends.
      const temporaryPath = join(base, "tmp", String(count));
      mkdirSync(temporaryPath, { recursive: true });
      const started = spawnProgram(
        command,
        { homePath, temporaryPath },
        AbortSignal.any([signal, stopAll.signal]),
      );
      running.add(started);
      void started.exited.then(() => running.delete(started));
      return started;
    },
    ...partsWithoutUse,
    async stop() {
      stopAll.abort();
      await Promise.all([...running].map((process) => process.exited));
    },
  };
}

function spawnProgram(
  command: SandboxCommand,
  { homePath, temporaryPath }: { readonly homePath: string; readonly temporaryPath: string },
  signal: AbortSignal,
): SandboxProcess {
  const env = {
    HOME: homePath,
    // As in the product's sandboxes, the product's Node is first.
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    USER: "tembo",
    LANG: "C.UTF-8",
    ...command.env,
    TMPDIR: temporaryPath,
  };
  const [file, ...args] = command.argv;
  const child = spawn(file, args, { cwd: command.cwd, env, detached: true, stdio: "pipe" });
  const killEverything = () => killWithTmpdir(temporaryPath);
  onAbort(signal, killEverything);
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on("error", () => resolve({ code: 127, signal: null }));
    child.on("exit", (code, by) => {
      killEverything();
      resolve({ code, signal: by });
    });
  });
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited };
}

/** Kills processes by their inherited environment, because a harness's child processes create their own process groups. */
function killWithTmpdir(temporaryPath: string): void {
  while (true) {
    const found = readdirSync("/proc").filter(
      (entry) => /^\d+$/.test(entry) && hasTmpdir(entry, temporaryPath),
    );
    if (found.length === 0) return;
    for (const pid of found) kill(Number(pid));
  }
}

function hasTmpdir(pid: string, temporaryPath: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TMPDIR=${temporaryPath}`);
  } catch {
    // The process exited while its environment was being read.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
