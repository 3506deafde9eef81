import { useEffect, useState } from "react";

/**
 * Time limit in milliseconds for the browser to become idle. Without it, a page that is never idle would not render
 * completely.
 */
const LIMIT_MS = 1_000;

/** Returns false during the first render, and true once the browser is idle or the time limit is reached. */
export function useSettled(): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    const settle = () => setSettled(true);
    // Safari has no `requestIdleCallback`.
    if (!("requestIdleCallback" in window)) {
      const timer = setTimeout(settle, LIMIT_MS);
      return () => clearTimeout(timer);
    }
    const callback = requestIdleCallback(settle, { timeout: LIMIT_MS });
    return () => cancelIdleCallback(callback);
  }, []);
  return isSettled;
}
