import { useEffect, useState } from "react";
import { formatDate, formatDateTime } from "../format/dates.ts";
import { text } from "../text/index.ts";

const MINUTE_MS = 60_000;

/** Relative time. The exact time is set as the tooltip when the pointer enters. All instances share one timer. */
export function TimeAgo({ at }: { readonly at: string }) {
  const now = useNow();
  const date = new Date(at);
  return (
    <time
      dateTime={at}
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = formatDateTime(date);
      }}
    >
      {formatAgo(now - date.getTime(), date)}
    </time>
  );
}

function formatAgo(ms: number, date: Date): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return text.general.ago.now;
  if (minutes < 60) return text.general.ago.minutes(minutes);
  if (minutes < 60 * 24) return text.general.ago.hours(Math.floor(minutes / 60));
  if (minutes < 60 * 24 * 14) return text.general.ago.days(Math.floor(minutes / 60 / 24));
  return formatDate(date);
}

const listeners = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** Returns the current time, updated every 30 seconds. All users share one timer. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    listeners.add(setNow);
    timer ??= setInterval(() => {
      for (const listener of listeners) listener(Date.now());
    }, MINUTE_MS / 2);
    return () => {
      listeners.delete(setNow);
      if (listeners.size === 0 && timer !== null) {
        clearInterval(timer);
        timer = null;
      }
    };
  }, []);
  return now;
}
