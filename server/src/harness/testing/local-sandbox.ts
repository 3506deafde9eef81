import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox, SandboxCommand, SandboxProcess } from "../../core/ports/sandbox.ts";

/** A sandbox of the tests: no isolation, only a process group that is killed as one. Never for the product. */
export function localSandbox(options: { modelUrl?: string; homePath?: string } = {}): Sandbox {
  const base = mkdtempSync(join(tmpdir(), "tembo-harness-test-"));
  const workspacePath = join(base, "workspace");
  const homePath = options.homePath ?? join(base, "home");
  for (const path of [workspacePath, homePath]) mkdirSync(path, { recursive: true });
  const running = new Set<SandboxProcess>();
  const stopAll = new AbortController();
  return {
    workspacePath,
    homePath,
    modelUrl: options.modelUrl ?? "http://127.0.0.1:9",
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    spawn(command, signal) {
      const started = spawnGroup(command, homePath, AbortSignal.any([signal, stopAll.signal]));
      running.add(started);
      void started.exited.then(() => running.delete(started));
      return started;
    },
    own: async () => {},
    async stop() {
      stopAll.abort();
      await Promise.all([...running].map((process) => process.exited));
    },
  };
}

function spawnGroup(command: SandboxCommand, homePath: string, signal: AbortSignal): SandboxProcess {
  const env = {
    HOME: homePath,
    PATH: "/usr/local/bin:/usr/bin:/bin",
    USER: "tembo",
    LANG: "C.UTF-8",
    TMPDIR: tmpdir(),
    ...command.env,
  };
  const [file, ...args] = command.argv;
  const child = spawn(file, args, { cwd: command.cwd, env, detached: true, stdio: "pipe" });
  const killGroup = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  signal.addEventListener("abort", killGroup, { once: true });
  if (signal.aborted) killGroup();
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on("error", () => resolve({ code: 127, signal: null }));
    child.on("exit", (code, by) => {
      killGroup();
      resolve({ code, signal: by });
    });
  });
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited };
}
