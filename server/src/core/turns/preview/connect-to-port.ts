import type { ForwardedConnection, Sandbox } from "../sandbox/sandbox.ts";

/**
 * Opens a connection to a TCP port on the loopback interface of a sandbox. Throws `unavailable` if no program listens
 * on it.
 */
export type ConnectToPort = (
  sandbox: Sandbox,
  port: number,
  signal: AbortSignal,
) => Promise<ForwardedConnection>;
