import { PassThrough } from "node:stream";
import type { SandboxProcess } from "../../core/turns/index.ts";

/** Returns a process for a command that was aborted before it started. */
export function endedProcess(): SandboxProcess {
  const stdin = new PassThrough();
  // Discards all input.
  stdin.resume();
  return {
    stdin,
    stdout: new PassThrough().end(),
    stderr: new PassThrough().end(),
    exited: Promise.resolve({ code: null, signal: "SIGKILL" }),
  };
}
