import { TailBuffer } from "../../../runtime/tail-buffer.ts";
import { settlesWithin } from "../../../runtime/with-timeout.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";

const maxOutputBytes = 1024 ** 2;

/**
 * Sends SIGTERM to the command when the standard input ends. The command has the process ID of this shell. Both output
 * streams are one, so that the log has the order in which the command wrote.
 */
const wrapper = `
exec 2>&1 3<&0 </dev/null
( exec >/dev/null 2>&1; read -r _ <&3; kill -TERM $$ ) &
exec 3<&-
exec /bin/sh -c "$1"`;

/** Returns the command that runs a service, and ends it when its standard input ends. Pure. */
export const serviceArgv = (command: string): SandboxCommand["argv"] => [
  "/bin/sh",
  "-c",
  wrapper,
  "sh",
  command,
];

/** A program that runs as long as its sandbox. */
export interface ServiceProcess {
  /** Resolves to the exit code, or null if a signal ended the program, when the program has exited. Never rejects. */
  readonly exited: Promise<number | null>;
  /** Resolves to the first text on the error stream, or to an empty text if there is none. */
  readonly firstError: Promise<string>;
  /** Returns the end of its output, at most 1 MiB, without masking. */
  output(): string;
  /** Kills the program. */
  stop(): void;
  /** Ends the program's standard input, and kills the program if it still runs after the limit. */
  end(limitMs: number): Promise<void>;
}

/**
 * Starts a program. Both of its output streams are read until it exits, so that it never waits for a reader. `onOutput`
 * receives the standard output.
 */
export function startService(
  sandbox: Sandbox,
  command: SandboxCommand,
  onOutput: (chunk: Buffer) => void = () => {},
): ServiceProcess {
  const stop = new AbortController();
  const child = sandbox.spawn(command, stop.signal);
  const output = new TailBuffer(maxOutputBytes);
  // The program may exit before its input ends.
  child.stdin.on("error", () => {});
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.add(chunk));
  child.stdout.on("data", onOutput);
  const exited = child.exited.then(({ code }) => code);
  const { promise: firstError, resolve } = Promise.withResolvers<string>();
  child.stderr.once("data", (chunk: Buffer) => resolve(chunk.toString()));
  void exited.then(() => resolve(""));
  return {
    ...{ exited, firstError },
    output: () => output.toText(),
    stop: () => stop.abort(),
    end: async (limitMs) => {
      child.stdin.end();
      if (!(await settlesWithin(exited, limitMs))) stop.abort();
    },
  };
}
