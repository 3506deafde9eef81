/** Formats a duration as `4.2 s`, `3 min 12 s` or `2 h 5 min`. Returns an empty string for a negligible duration. */
export function durationOf(ms: number): string {
  if (ms < 100) return "";
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
