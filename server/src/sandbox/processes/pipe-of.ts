import type { ChildProcess } from "node:child_process";
import { Duplex } from "node:stream";

/** Returns the pipe between this process and a child at a descriptor of the child. Throws when it was not started with a pipe there. */
export function pipeOf({ stdio }: Pick<ChildProcess, "stdio">, descriptor: number): Duplex {
  const pipe = stdio[descriptor];
  if (pipe instanceof Duplex) return pipe;
  throw new TypeError(`The child process has no pipe at descriptor ${descriptor}.`);
}
