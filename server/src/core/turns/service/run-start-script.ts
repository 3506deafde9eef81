import { rejectOnAbort } from "../../../runtime/on-abort.ts";
import { withTimeout } from "../../../runtime/with-timeout.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";
import { startService } from "./service-process.ts";

const limitMs = 60_000;
/** Exit code that shells use for a program that SIGKILL ended. */
const killed = 137;

/**
 * Keeps the shell after the script, because the programs that it left in the background end with the shell. Only the
 * shell has the error stream, which carries the exit code.
 */
const wrapper = '( exec 2>&1 </dev/null; eval "$1" ); echo "$?" >&2; exec sleep 2147483647';

export interface StartedScript {
  /** Exit code, which is 137 if a signal killed the shell, or null if the script still runs after a minute. */
  readonly exitCode: number | null;
  /** End of the output, without masking. */
  readonly output: string;
}

/**
 * Runs a script whose background programs run as long as the sandbox. Returns when the script has ended. Stops it and
 * throws the signal's reason if the signal aborts.
 */
export async function runStartScript(
  sandbox: Sandbox,
  script: string,
  program: Omit<SandboxCommand, "argv">,
  signal: AbortSignal,
): Promise<StartedScript> {
  const started = startService(sandbox, { argv: ["/bin/sh", "-c", wrapper, "sh", script], ...program });
  try {
    const code = started.firstError.then(async (text) =>
      text === "" ? ((await started.exited) ?? killed) : Number(text),
    );
    const exitCode = await rejectOnAbort(
      withTimeout(code, limitMs, () => null),
      signal,
    );
    return { exitCode, output: started.output() };
  } catch (cause) {
    started.stop();
    throw cause;
  }
}
