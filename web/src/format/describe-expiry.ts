import { text } from "../text/index.ts";

const MINUTE_MS = 60_000;

/** Describes the time until a request expires, in words: "Expires in 4 minutes". Rounds up. Pure. */
export function describeExpiry(expiresAt: string, now: number): string {
  const ms = Date.parse(expiresAt) - now;
  const words = text.session.expires;
  if (ms <= 0) return words.now;
  if (ms < MINUTE_MS) return words.soon;
  const minutes = Math.ceil(ms / MINUTE_MS);
  return minutes < 120 ? words.minutes(minutes) : words.hours(Math.round(minutes / 60));
}
