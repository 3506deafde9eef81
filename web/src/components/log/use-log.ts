import { useEffect, useState } from "react";
import { followLog, noLog, type ShownLog } from "./follow-log.ts";

const HIDDEN_PAUSE_MS = 250;

/** Returns a log that grows. `open` starts its stream. Opens another stream if `key` changes. */
export function useLog(
  key: string,
  open: (signal: AbortSignal) => AsyncGenerator<string, string | null, undefined>,
): ShownLog {
  const [log, setLog] = useState(noLog);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` identifies the log that `open` opens
  useEffect(() => {
    const ender = new AbortController();
    const { signal } = ender;
    setLog(noLog);
    void followLog(open(signal), setLog, {
      signal,
      schedule: (show) => (document.hidden ? setTimeout(show, HIDDEN_PAUSE_MS) : requestAnimationFrame(show)),
    });
    return () => ender.abort();
  }, [key]);
  return log;
}
