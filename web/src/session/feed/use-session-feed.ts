import { useEffect, useState, useSyncExternalStore } from "react";
import { tembo } from "../../api/client.ts";
import { type FeedSnapshot, nothingYet, SessionFeed } from "./session-feed.ts";

const HIDDEN_PAUSE_MS = 250;

/**
 * Returns the events of a session. Without `version`, follows them all the time. With it, the connection ends when the
 * session becomes idle, and opens again for each new version: a browser allows few connections to one server.
 */
export function useSessionFeed(sessionId: string, version?: string): FeedSnapshot {
  const endsWhenIdle = version !== undefined;
  const [feed, setFeed] = useState<SessionFeed | null>(null);
  useEffect(() => {
    const opened = new SessionFeed({
      endsWhenIdle,
      open: (after, signal, onOpen) =>
        // Makes only one attempt, because the feed shows each failure immediately and retries itself.
        tembo.sessions.events.stream(sessionId, {
          after,
          signal,
          onOpen,
          follow: !endsWhenIdle,
          maxAttempts: 1,
        }),
      pause: pauseUntilOnline,
      // A hidden page receives no animation frames, but users still see its title and notifications.
      schedule: (show) => (document.hidden ? setTimeout(show, HIDDEN_PAUSE_MS) : requestAnimationFrame(show)),
    });
    setFeed(opened);
    return () => {
      opened.close();
      setFeed(null);
    };
  }, [sessionId, endsWhenIdle]);
  useEffect(() => {
    if (version !== undefined) feed?.resume();
  }, [feed, version]);
  return useSyncExternalStore(feed?.subscribe ?? noSubscription, feed?.snapshot ?? (() => nothingYet));
}

const noSubscription = () => () => {};

function pauseUntilOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
