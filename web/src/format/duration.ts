import { formatCount, formatUpToTenths } from "./numbers.ts";

/** Formats a duration as `340 ms`, `4.2 s`, `12 s`, `3 min 12 s`, `2 min` or `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const rounded = Math.round(ms);
  if (rounded > 0 && rounded < 1_000) return `${rounded} ms`;
  if (rounded > 0 && rounded < 9_950) return `${formatUpToTenths(rounded / 1_000)} s`;
  return formatLongDuration(ms);
}

/** Formats a duration without fractions of a second: `0 s`, `12 s`, `3 min 12 s`, `2 min` or `2 h 5 min`. */
export function formatLongDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return parts([minutes, "min"], [seconds % 60, "s"]);
  return parts([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
}

function parts([large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  const whole = `${formatCount(large)} ${largeUnit}`;
  return small === 0 ? whole : `${whole} ${small} ${smallUnit}`;
}
