import { pollUntil } from "../../../runtime/poll-until.ts";
import { AppError } from "../../base/index.ts";
import type { ProjectService } from "../../sessions/index.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";

const everyMs = 200;
/** Time in which a service must get ready. */
export const readyLimitMs = 60_000;

/**
 * Waits until a service is ready: its port accepts a connection, or its command exits with 0. Returns false if it is not
 * ready in time, or if the signal aborts.
 */
export async function waitUntilReady(
  sandbox: Sandbox,
  ready: NonNullable<ProjectService["ready"]>,
  { cwd, env }: Omit<SandboxCommand, "argv">,
  signal: AbortSignal,
): Promise<boolean> {
  const isReady =
    "tcp" in ready
      ? () => accepts(sandbox, ready.tcp, signal)
      : () => succeeds(sandbox, { argv: ["/bin/sh", "-c", ready.command], cwd, env }, signal);
  try {
    return await pollUntil(isReady, { every: everyMs, timeoutMs: readyLimitMs, signal });
  } catch (cause) {
    if (signal.aborted) return false;
    throw cause;
  }
}

async function accepts(sandbox: Sandbox, port: number, signal: AbortSignal): Promise<boolean> {
  try {
    const connection = await sandbox.connect(port, signal);
    connection.on("error", () => {});
    connection.destroy();
    return true;
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "unavailable") return false;
    throw cause;
  }
}

async function succeeds(sandbox: Sandbox, command: SandboxCommand, signal: AbortSignal): Promise<boolean> {
  const child = sandbox.spawn(command, signal);
  child.stdin.end();
  child.stdout.resume();
  child.stderr.resume();
  return (await child.exited).code === 0;
}
