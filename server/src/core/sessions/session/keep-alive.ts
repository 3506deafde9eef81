import { AppError } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";

const maxKeepAliveMinutes = 24 * 60;

export interface KeepAlive {
  /** The session's sandbox is up and waits for the next message. */
  readonly isKept: boolean;
  /** When it stops, or until when it shall stay up after the turn that runs or comes; null: as long as the server is set to. */
  readonly until: Date | null;
}

/**
 * Asks that the session's sandbox stays up for so many minutes from now; 0 lets an idle one stop at once. While a turn runs it holds
 * for the time after. Throws `not_found`, or `invalid_input` for minutes out of 0 to 1,440.
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
      `A sandbox can be kept for 0 to ${maxKeepAliveMinutes} minutes; give minutes in between.`,
    );
  }
  await findSession(ports, organizationId, sessionId);
  const until = new Date(ports.clock.now().getTime() + minutes * 60_000);
  await ports.store.keptSandboxes.ask(sessionId, until);
  const kept = await ports.store.keptSandboxes.find(sessionId);
  return { isKept: kept !== null && minutes > 0, until };
}

/** Throws `not_found`. */
export async function getKeepAlive(
  ports: Pick<SessionsPorts, "store" | "clock">,
  organizationId: string,
  sessionId: string,
): Promise<KeepAlive> {
  await findSession(ports, organizationId, sessionId);
  const kept = await ports.store.keptSandboxes.find(sessionId);
  if (kept !== null) return { isKept: true, until: kept.until };
  const asked = await ports.store.keptSandboxes.askedFor(sessionId);
  return { isKept: false, until: asked !== null && asked > ports.clock.now() ? asked : null };
}

async function findSession(
  ports: Pick<SessionsPorts, "store">,
  organizationId: string,
  id: string,
): Promise<void> {
  if ((await ports.store.sessions.find(organizationId, id)) === null)
    throw new AppError("not_found", `There is no session ${id}.`);
}
