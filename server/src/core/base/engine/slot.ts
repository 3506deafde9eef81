/** After this a regular job is not worth doing: later ones do its work. */
const overdueAfterMs = 5 * 60_000;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Names the stretch of time that `now` lies in, alike on every server: "2026-01-02T03:04:00.000Z". */
export function slotOf(now: Date, lengthMs: number): string {
  return new Date(Math.floor(now.getTime() / lengthMs) * lengthMs).toISOString();
}

/** Whether a slot's job waited so long that later slots' jobs do its work. A request that names no slot never is. */
export function isOverdue(requestId: string, now: Date): boolean {
  const at = Date.parse(requestId);
  return Number.isFinite(at) && now.getTime() - at > overdueAfterMs;
}
