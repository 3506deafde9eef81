import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const { PATH, NODE_COMPILE_CACHE } = process.env;
/** Locale and time zone that give times the same format on every machine. */
const place = { LANG: "en_US.UTF-8", TZ: "UTC" };
const main = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly cwd?: string;
  /** Called with the entire standard output so far, each time it grows. */
  readonly onOutput?: (
    stdout: string,
    child: { kill(signal: NodeJS.Signals): boolean; type(text: string): void; closeOutput(): void },
  ) => void;
  /** True to run the command on a pseudo-terminal. `stdout` then contains all output. */
  readonly isOnTerminal?: boolean;
}

/** Runs the real command in a separate process with a minimal environment. */
export function runCommand(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const command = [process.execPath, main, ...args];
  const [file, ...rest] = options.isOnTerminal
    ? ["script", "-qefc", command.map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(" "), "/dev/null"]
    : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file!, rest, {
      env: { PATH, NODE_COMPILE_CACHE, HOME: "/nonexistent", TERM: "xterm", ...place, ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      options.onOutput?.(stdout, {
        kill: (signal) => child.kill(signal),
        type: (text) => void child.stdin.write(text),
        closeOutput: () => void child.stdout.destroy(),
      });
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
    child.stdin.on("error", () => {});
    if (options.isOnTerminal && options.input === undefined) return;
    child.stdin.end(options.input ?? "");
  });
}
