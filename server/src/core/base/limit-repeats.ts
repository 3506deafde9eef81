import type { Logger } from "./logger.ts";

const everyMs = 30_000;
const maxMessages = 1_000;

interface Repeats {
  since: number;
  leftOut: number;
}

/**
 * Returns a logger that writes each message, per level, at most once every 30 s, so that a retry loop does not fill the
 * disk. In the next entry with that message, `repeated` is the number of suppressed entries. The limit applies to the
 * 1,000 messages that were written most recently.
 */
export function limitRepeats(log: Logger, nowMs: () => number = () => performance.now()): Logger {
  const known = new Map<string, Repeats>();
  const limited = (level: keyof Logger) => (fields: object, message: string) => {
    const key = `${level} ${message}`;
    const now = nowMs();
    const repeats = known.get(key);
    if (repeats !== undefined && now - repeats.since < everyMs) {
      repeats.leftOut += 1;
      return;
    }
    known.delete(key);
    known.set(key, { since: now, leftOut: 0 });
    if (known.size > maxMessages) known.delete(known.keys().next().value as string);
    const leftOut = repeats?.leftOut ?? 0;
    log[level](leftOut > 0 ? { ...fields, repeated: leftOut } : fields, message);
  };
  return { info: limited("info"), warn: limited("warn"), error: limited("error") };
}
