import { useEffect, useState } from "react";

/** At the latest then: a page that is never idle is whole all the same. */
const LIMIT_MS = 1_000;

/** False while what uses it is first drawn; true as soon as the browser has nothing better to do. */
export function useSettled(): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    const settle = () => setSettled(true);
    // Safari has no idle callbacks.
    if (!("requestIdleCallback" in window)) {
      const timer = setTimeout(settle, LIMIT_MS);
      return () => clearTimeout(timer);
    }
    const callback = requestIdleCallback(settle, { timeout: LIMIT_MS });
    return () => cancelIdleCallback(callback);
  }, []);
  return isSettled;
}
