/** Delay after which the job of a time slot is skipped, because the job of a later slot does the same work. */
const overdueAfterMs = 5 * 60_000;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * Returns the start of the time slot that contains `now`, such as "2026-01-02T03:04:00.000Z". Every server computes the
 * same value.
 */
export function slotOf(now: Date, lengthMs: number): string {
  return new Date(Math.floor(now.getTime() / lengthMs) * lengthMs).toISOString();
}

/**
 * True if the time slot of a job began more than five minutes ago, so that the job of a later slot does the same work.
 * False if `requestId` is not a time slot.
 */
export function isOverdue(requestId: string, now: Date): boolean {
  const at = Date.parse(requestId);
  return Number.isFinite(at) && now.getTime() - at > overdueAfterMs;
}
