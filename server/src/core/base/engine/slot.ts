/** A recurring job that is later than this is skipped, because later jobs do its work. */
const overdueAfterMs = 5 * 60_000;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Returns the start of the time slot that contains `now`, the same on every server: "2026-01-02T03:04:00.000Z". */
export function slotOf(now: Date, lengthMs: number): string {
  return new Date(Math.floor(now.getTime() / lengthMs) * lengthMs).toISOString();
}

/**
 * True if a slot's job waited so long that jobs of later slots do its work. Always false for a request that does not
 * name a slot.
 */
export function isOverdue(requestId: string, now: Date): boolean {
  const at = Date.parse(requestId);
  return Number.isFinite(at) && now.getTime() - at > overdueAfterMs;
}
