const dayMs = 24 * 60 * 60_000;
const lifeMs = 30 * dayMs;

/** Of a sign-in that begins now. */
export const firstExpiry = (now: Date): Date => new Date(now.getTime() + lifeMs);

/** A sign-in that is used lasts on, which is noted at most once a day. Null: it stays as it is. */
export function decideExpiry(expiresAt: Date, now: Date): Date | null {
  const next = firstExpiry(now);
  return next.getTime() - expiresAt.getTime() >= dayMs ? next : null;
}
