import { spawn } from "node:child_process";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
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
  /** False to run the command in a process of its own. A command that loads the server requires it. */
  readonly inProcess?: false;
}

/**
 * Runs the command with a minimal environment. It runs in this process with streams of its own, because a process of its
 * own would take most of the time of a test. With a terminal, a folder, signals or a variable that node reads when it
 * starts, it runs in a process of its own.
 */
export function runCommand(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const env = { PATH, HOME: "/nonexistent", TERM: "xterm", ...place, ...options.env };
  const needsProcess =
    options.inProcess === false ||
    options.isOnTerminal === true ||
    options.cwd !== undefined ||
    options.onOutput !== undefined ||
    Object.keys(options.env ?? {}).some((name) => readAtStart.test(name));
  return needsProcess
    ? runProcess(args, { ...options, env: { NODE_COMPILE_CACHE, ...env } })
    : runHere(args, env, options.input ?? "");
}

/** Matches variables that node and its libraries read when the process starts. */
const readAtStart = /^(?:NODE_.*|TZ|LANG|LC_.*|LD_.*|SSL_.*)$/;

async function runHere(args: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<Ran> {
  const streams = {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
  const outputs = Promise.all([text(streams.stdout), text(streams.stderr)]);
  let isServer = false;
  const refuseServer = async () => {
    isServer = true;
    throw new Error("The server does not run in the process of a test.");
  };
  const status = await runTembo(args, {
    env,
    terminal: terminalOf({ ...streams, env }),
    machine: { platform: process.platform, home: env.HOME || null },
    loadLocalServer: refuseServer,
    loadDoctor: refuseServer,
  });
  streams.stdout.end();
  streams.stderr.end();
  const [stdout, stderr] = await outputs;
  // Such a command also listens to signals, and may exit.
  if (isServer) throw new Error(`"tembo ${args.join(" ")}" loads the server: pass inProcess: false.`);
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
