import { pollUntil } from "../../../runtime/poll-until.ts";
import { AppError } from "../../base/index.ts";
import type { ProjectService } from "../../sessions/index.ts";
import type { Sandbox, SandboxCommand } from "../sandbox/sandbox.ts";

const everyMs = 200;
/** Time in which a service must become ready. */
export const readyLimitMs = 60_000;
/** Time after which a check that does not end counts as failed. */
const checkLimitMs = 10_000;

/**
 * Waits until a service is ready: its port accepts a connection, or its command exits with 0. Returns false if it is not
 * ready in time, or if the signal aborts. A check that does not end is stopped and repeated.
 */
export async function waitUntilReady(
  sandbox: Sandbox,
  ready: NonNullable<ProjectService["ready"]>,
  { cwd, env }: Omit<SandboxCommand, "argv">,
  signal: AbortSignal,
  limits = { readyMs: readyLimitMs, checkMs: checkLimitMs },
): Promise<boolean> {
  const check =
    "tcp" in ready
      ? (within: AbortSignal) => accepts(sandbox, ready.tcp, within)
      : (within: AbortSignal) =>
          succeeds(sandbox, { argv: ["/bin/sh", "-c", ready.command], cwd, env }, within);
  const isReady = async () => {
    const late = AbortSignal.timeout(limits.checkMs);
    try {
      return await check(AbortSignal.any([signal, late]));
    } catch (cause) {
      if (late.aborted) return false;
      throw cause;
    }
  };
  try {
    return await pollUntil(isReady, { every: everyMs, timeoutMs: limits.readyMs, signal });
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
