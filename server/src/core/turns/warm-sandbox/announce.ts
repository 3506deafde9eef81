import { newId } from "../../base/index.ts";
import type { SessionsStore } from "../../sessions/index.ts";

type Events = Pick<SessionsStore, "events">;

export async function announceKept(
  { events }: Events,
  sessionId: string,
  { until, key }: { readonly until: Date; readonly key: string },
): Promise<void> {
  const data = { type: "sandbox.kept", until: until.toISOString() } as const;
  await events.append(sessionId, null, [{ key: `sandbox:kept:${key}`, messageId: null, data }]);
}

export async function announceStopped({ events }: Events, sessionId: string, reason: string): Promise<void> {
  await events.append(sessionId, null, [
    { key: `sandbox:stopped:${newId()}`, messageId: null, data: { type: "sandbox.stopped", reason } },
  ]);
}
