import type { ChildProcess } from "node:child_process";
import { Duplex } from "node:stream";

/** Returns the pipe between this process and a file descriptor of the child. Throws if the child was started without a pipe for it. */
export function pipeOf({ stdio }: Pick<ChildProcess, "stdio">, descriptor: number): Duplex {
  const pipe = stdio[descriptor];
  if (pipe instanceof Duplex) return pipe;
  throw new TypeError(`The child process has no pipe at descriptor ${descriptor}.`);
}
