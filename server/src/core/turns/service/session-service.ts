import type { ProjectService } from "../../sessions/index.ts";

export type SessionServiceState = "starting" | "ready" | "exited" | "stopped";

/** A service of a session's last sandbox. */
export interface SessionService {
  readonly name: string;
  readonly command: string;
  /** Port at which the service is ready, or null. */
  readonly port: number | null;
  readonly state: SessionServiceState;
  /** Start of the state, or null if the service has not started. */
  readonly changedAt: Date | null;
  readonly startedAt: Date | null;
  /** Milliseconds from the start until the service was ready, or null. */
  readonly readyMs: number | null;
  /** Exit code of an exited service, or null if a signal ended it. */
  readonly exitCode: number | null;
}

/** Returns a service before its start. Pure. */
export function notStarted({ name, command, ready }: ProjectService): SessionService {
  const port = ready !== null && "tcp" in ready ? ready.tcp : null;
  const times = { changedAt: null, startedAt: null, readyMs: null };
  return { name, command, port, state: "stopped", ...times, exitCode: null };
}

export const isRunning = ({ state }: SessionService): boolean => state === "starting" || state === "ready";
