import type { Sandbox, SandboxCommand } from "./sandbox.ts";

const endOfOutput = 500;

export interface FedProgram {
  /** Exit code, or null if a signal terminated the program. */
  readonly code: number | null;
  /** Why the program failed: its time limit, the end of its error output, or its exit code. */
  readonly why: string;
}

/**
 * Runs a program in the sandbox with this input, and waits until it has exited. Ignores its standard output. Kills it at
 * the time limit. Throws `sandbox_unavailable` if it cannot be started.
 */
export async function feedProgram(
  sandbox: Pick<Sandbox, "spawn">,
  command: SandboxCommand,
  { input, limitMs }: { readonly input: Buffer; readonly limitMs: number },
): Promise<FedProgram> {
  const limit = AbortSignal.timeout(limitMs);
  const program = sandbox.spawn(command, limit);
  let output = "";
  program.stdout.resume();
  program.stderr.on("data", (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-endOfOutput);
  });
  // A program that exits before it reads all input closes its stdin. Its exit code explains more than this error.
  program.stdin.on("error", () => {});
  program.stdin.end(input);
  const { code, signal } = await program.exited;
  const isLate = code === null && limit.aborted;
  const why = isLate
    ? `it took longer than ${limitMs / 1000} seconds`
    : output.trim() || `the program exited with ${code ?? signal}`;
  return { code, why };
}
