import { TailBuffer } from "../../../runtime/tail-buffer.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";

const maxOutputBytes = 1024 ** 2;

/** A program that runs as long as its sandbox. */
export interface ServiceProcess {
  /** Resolves to the exit code, or null if a signal ended the program, when the program has exited. Never rejects. */
  readonly exited: Promise<number | null>;
  /** Resolves to the first text on the error stream, or to an empty text if there is none. */
  readonly firstError: Promise<string>;
  /** Returns the end of its output, at most 1 MiB, without masking. */
  output(): string;
  stop(): void;
}

/** Starts a program. Both of its output streams are read until it exits, so that it never waits for a reader. */
export function startService(sandbox: Sandbox, command: SandboxCommand): ServiceProcess {
  const stop = new AbortController();
  const child = sandbox.spawn(command, stop.signal);
  const output = new TailBuffer(maxOutputBytes);
  child.stdin.end();
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.add(chunk));
  const exited = child.exited.then(({ code }) => code);
  const { promise: firstError, resolve } = Promise.withResolvers<string>();
  child.stderr.once("data", (chunk: Buffer) => resolve(chunk.toString()));
  void exited.then(() => resolve(""));
  return { exited, firstError, output: () => output.toText(), stop: () => stop.abort() };
}
