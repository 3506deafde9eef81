const dayMs = 24 * 60 * 60_000;
const lifeMs = 30 * dayMs;

/** Returns the expiry time of a sign-in that begins at `now`: 30 days later. */
export const firstExpiry = (now: Date): Date => new Date(now.getTime() + lifeMs);

/**
 * Returns the new expiry time of a sign-in that is used at `now`, or null to leave it unchanged. Extends the expiry at
 * most once a day.
 */
export function decideExpiry(expiresAt: Date, now: Date): Date | null {
  const next = firstExpiry(now);
  return next.getTime() - expiresAt.getTime() >= dayMs ? next : null;
}
