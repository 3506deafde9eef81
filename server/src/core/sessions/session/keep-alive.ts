import { AppError } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";

const maxKeepAliveMinutes = 24 * 60;

export interface KeepAlive {
  /** True if the session's sandbox remained running after a turn and has not stopped since. */
  readonly isKept: boolean;
  /**
   * Time at which the sandbox stops, or until which it remains running after the current or next turn, or null for the
   * server's default.
   */
  readonly until: Date | null;
}

/**
 * Requests that the session's sandbox remain running for this many minutes from now. 0 stops an idle sandbox
 * immediately. During a turn, the change takes effect after the turn. Throws `not_found` if the session does not exist,
 * or `invalid_input` if `minutes` is not between 0 and 1,440.
 */
export async function keepSandboxAlive(
  ports: Pick<SessionsPorts, "store" | "clock">,
  organizationId: string,
  sessionId: string,
  minutes: number,
): Promise<KeepAlive> {
  if (!Number.isFinite(minutes) || minutes < 0 || minutes > maxKeepAliveMinutes) {
    throw new AppError(
      "invalid_input",
      `A sandbox can be kept running for 0 to ${maxKeepAliveMinutes} minutes. Use a number in this range.`,
    );
  }
  await requireSession(ports, organizationId, sessionId);
  const until = new Date(ports.clock.now().getTime() + minutes * 60_000);
  await ports.store.warmSandboxRecords.ask(sessionId, until);
  const kept = await ports.store.warmSandboxRecords.find(sessionId);
  return { isKept: kept !== null && minutes > 0, until };
}

/** Returns the keep-alive state of the session's sandbox. Throws `not_found` if the session does not exist. */
export async function getKeepAlive(
  ports: Pick<SessionsPorts, "store" | "clock">,
  organizationId: string,
  sessionId: string,
): Promise<KeepAlive> {
  await requireSession(ports, organizationId, sessionId);
  const kept = await ports.store.warmSandboxRecords.find(sessionId);
  if (kept !== null) return { isKept: true, until: kept.until };
  const asked = await ports.store.warmSandboxRecords.askedFor(sessionId);
  return { isKept: false, until: asked !== null && asked > ports.clock.now() ? asked : null };
}

async function requireSession(
  ports: Pick<SessionsPorts, "store">,
  organizationId: string,
  id: string,
): Promise<void> {
  if ((await ports.store.sessions.find(organizationId, id)) === null)
    throw new AppError("not_found", `Session ${id} was not found.`);
}
