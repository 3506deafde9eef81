import type { QuietHours } from "@tembo/contract";

const minuteMs = 60_000;
const minutesOfDay = 24 * 60;

/**
 * Returns the end of the quiet hours that contain `now`, or null if none do. The start belongs to the quiet hours, the end
 * does not. If a change to or from daylight saving time is within the period, it may end up to an hour early or late. Pure.
 */
export function quietUntil({ from, to, timeZone }: QuietHours, now: Date): Date | null {
  const [start, end, minute] = [minuteOf(from), minuteOf(to), localMinute(timeZone, now)];
  const isQuiet = start < end ? minute >= start && minute < end : minute >= start || minute < end;
  if (!isQuiet) return null;
  const minutesLeft = (end - minute + minutesOfDay) % minutesOfDay;
  const startOfMinuteMs = now.getTime() - (now.getTime() % minuteMs);
  return new Date(startOfMinuteMs + minutesLeft * minuteMs);
}

function minuteOf(time: string): number {
  const [hour, minute] = time.split(":").map(Number);
  return hour! * 60 + minute!;
}

/** Returns the minute of the day in the time zone. */
function localMinute(timeZone: string, at: Date): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return minuteOf(format.format(at));
}
