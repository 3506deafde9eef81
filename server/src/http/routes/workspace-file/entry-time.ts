/**
 * Returns the time of an entry as a `timestamp` of the API. Returns null for a time that the API cannot represent: a
 * program in the sandbox can set any time. Pure.
 */
export function entryTime(at: Date | null): string | null {
  const year = at?.getUTCFullYear() ?? Number.NaN;
  return at !== null && year >= 0 && year <= 9999 ? at.toISOString() : null;
}
