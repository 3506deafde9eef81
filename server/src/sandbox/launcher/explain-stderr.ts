import { PassThrough, type Readable } from "node:stream";
import { reason, withReason } from "../../core/base/index.ts";
import type { SandboxProcess } from "../../core/turns/index.ts";

/** Result of a program, available when all its processes have exited. */
export interface Outcome {
  readonly exit: Awaited<SandboxProcess["exited"]>;
  /** Reason why the launcher did not start, or null if it did. */
  readonly failure: "not_started" | Error | null;
}

/** Returns the program's stderr as it is written. If the sandbox itself could not start, appends a line with the reason. */
export function explainStderr(source: Readable, outcome: Promise<Outcome>): Readable {
  const explained = new PassThrough();
  let tail = "";
  source.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-500);
  });
  source.on("error", () => {});
  source.pipe(explained, { end: false });
  source.once("close", async () => {
    const { failure } = await outcome;
    if (failure !== null) explained.write(`${describeFailure(failure, tail)}\n`);
    explained.end();
  });
  return explained;
}

function describeFailure(failure: "not_started" | Error, tail: string): string {
  const detail = failure instanceof Error ? reason(failure) : lastLine(tail) || "it exited without a message";
  return withReason("The sandbox could not start", detail);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!.trim();
}
