import { withTimeout } from "../../../runtime/with-timeout.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";
import { startService } from "./service-process.ts";

const limitMs = 60_000;

/**
 * Keeps the shell after the script, because the programs that it left in the background end with the shell. Only the
 * shell has the error stream, which carries the exit code.
 */
const wrapper = '( exec 2>&1; eval "$1" ); echo "$?" >&2; exec sleep 2147483647';

export interface StartedScript {
  /** Exit code, or null if the script still runs after a minute. It then runs on. */
  readonly exitCode: number | null;
  /** End of the output, without masking. */
  readonly output: string;
}

/** Runs a script whose background programs run as long as the sandbox. Returns when the script has ended. */
export async function runStartScript(
  sandbox: Sandbox,
  script: string,
  program: Omit<SandboxCommand, "argv">,
  signal: AbortSignal,
): Promise<StartedScript> {
  const started = startService(sandbox, { argv: ["/bin/sh", "-c", wrapper, "sh", script], ...program });
  const ended = Promise.race([started.firstError, started.exited]);
  const exitCode = await withTimeout(ended, limitMs, () => null);
  if (signal.aborted) started.stop();
  signal.throwIfAborted();
  return { exitCode: exitCode === null ? null : Number(exitCode), output: started.output() };
}
