import { notifications } from "@mantine/notifications";
import type { Session } from "@tembo-io/sdk";
import { useEffect, useRef, useState } from "react";
import { readStored, writeStored } from "../stored.ts";
import { text } from "../text/index.ts";
import type { Connection } from "./feed/session-feed.ts";
import type { Transcript } from "./transcript/draft.ts";

/**
 * Time in milliseconds after the first connection during which recorded events arrive. These events cause no
 * notifications.
 */
const REPLAY_MS = 3_000;

/**
 * Shows desktop notifications while the page is hidden, if they are enabled for the session. Notifies the user when a
 * turn ends or needs a decision.
 */
export function useDesktopNotifications(session: Session, transcript: Transcript, connection: Connection) {
  const key = `tell-me:${session.id}`;
  const isPossible = "Notification" in window;
  const [isOn, setOn] = useState(
    () => isPossible && Notification.permission === "granted" && readStored(key) !== null,
  );
  const latest = notificationText(transcript);
  const isCaughtUp = useCaughtUp(connection);
  const shownKey = useRef(latest.key);
  useEffect(() => {
    if (shownKey.current === latest.key) return;
    shownKey.current = latest.key;
    if (isOn && isCaughtUp && document.hidden && latest.sentence !== "")
      void notify(session.title, latest.sentence, session.id);
  }, [isOn, isCaughtUp, latest.key, latest.sentence, session.title, session.id]);
  const toggle = async () => {
    if (isOn) {
      writeStored(key, null);
      return setOn(false);
    }
    if ((await Notification.requestPermission()) !== "granted") {
      notifications.show({ color: "red", message: text.session.header.notificationsRefused });
      return;
    }
    writeStored(key, "on");
    setOn(true);
  };
  return { isPossible, isOn, toggle };
}

/** Returns true once `REPLAY_MS` have passed since the first connection. */
function useCaughtUp(connection: Connection): boolean {
  const [isCaughtUp, setCaughtUp] = useState(false);
  const wasLive = connection === "live";
  useEffect(() => {
    if (!wasLive) return;
    const timer = setTimeout(() => setCaughtUp(true), REPLAY_MS);
    return () => clearTimeout(timer);
  }, [wasLive]);
  return isCaughtUp;
}

/** Returns the text and key of the newest event that needs a notification. Both are empty if no event needs one. */
function notificationText({ items, openAsks, turn }: Transcript): {
  readonly key: string;
  readonly sentence: string;
} {
  const ask = [...openAsks].at(-1);
  if (ask !== undefined) return { key: ask, sentence: text.session.tab.asks };
  // The end of an earlier turn is outdated while the next turn runs.
  if (turn !== null) return { key: "", sentence: "" };
  const end = items.findLast(({ kind }) => kind === "turnEnd");
  return end?.kind === "turnEnd"
    ? { key: end.key, sentence: end.sentence || text.session.turnEnd[end.outcome] }
    : { key: "", sentence: "" };
}

async function notify(title: string, body: string, tag: string): Promise<void> {
  try {
    const notification = new Notification(title, { body, tag, icon: "/icon.svg" });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  } catch {
    // On phones, only the service worker can show notifications.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(title, { body, tag, icon: "/icon.svg" });
  }
}
