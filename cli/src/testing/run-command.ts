import { spawn } from "node:child_process";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { loadDoctor, loadLocalServer } from "../commands/server/local-server.ts";
import { runTembo } from "../program.ts";
import { terminalOf } from "../terminal.ts";

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

/**
 * Runs the command with a minimal environment. Without a terminal, a folder or signals, it runs in this process with
 * streams of its own, because a process of its own would take most of the time of a test.
 */
export function runCommand(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const env = { PATH, HOME: "/nonexistent", TERM: "xterm", ...place, ...options.env };
  const needsProcess =
    options.isOnTerminal === true || options.cwd !== undefined || options.onOutput !== undefined;
  // Commander writes help and version to the streams of the process. The other commands are those of a server's machine.
  const isColored = "FORCE_COLOR" in env || "NO_COLOR" in env;
  const isOwn = args.length > 0 && !args.some((arg) => /^(?:-h|--help|--version|help)$/.test(arg));
  return needsProcess ||
    isColored ||
    !isOwn ||
    runsOnServer.has(args.find((arg) => !arg.startsWith("-")) ?? "")
    ? runProcess(args, { ...options, env: { NODE_COMPILE_CACHE, ...env } })
    : runHere(args, env, options.input ?? "");
}

const runsOnServer = new Set(["start", "server", "worker", "doctor", "mcp", "harness", "backup", "restore"]);

async function runHere(args: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<Ran> {
  const streams = {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
  const outputs = Promise.all([text(streams.stdout), text(streams.stderr)]);
  const status = await runTembo(args, {
    env,
    terminal: terminalOf({ ...streams, env } as unknown as NodeJS.Process),
    machine: { platform: process.platform, home: env.HOME || null },
    loadLocalServer,
    loadDoctor,
  });
  streams.stdout.end();
  streams.stderr.end();
  const [stdout, stderr] = await outputs;
  return { status, signal: null, stdout, stderr };
}

function runProcess(args: readonly string[], options: RunOptions): Promise<Ran> {
  const command = [process.execPath, main, ...args];
  const [file, ...rest] = options.isOnTerminal
    ? ["script", "-qefc", command.map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(" "), "/dev/null"]
    : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file!, rest, {
      env: options.env,
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
