import { PassThrough } from "node:stream";
import type { SandboxProcess } from "../../core/turns/index.ts";

/** What a program is whose signal was aborted before it began. */
export function endedProcess(): SandboxProcess {
  const stdin = new PassThrough();
  // Whatever is written goes nowhere.
  stdin.resume();
  return {
    stdin,
    stdout: new PassThrough().end(),
    stderr: new PassThrough().end(),
    exited: Promise.resolve({ code: null, signal: "SIGKILL" }),
  };
}
