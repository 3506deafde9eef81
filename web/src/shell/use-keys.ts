import { useEffect, useRef } from "react";

/** Handles a key. Returns false if it did nothing, so that another part of the page can handle the key. */
export type KeyHandler = (event: KeyboardEvent) => unknown;

/** True while a dialog opens whose code has not loaded: the keys that the user types are for the dialog. */
let isPaused = false;

export function pauseKeys(paused: boolean): void {
  isPaused = paused;
}

/**
 * Handles keys by `KeyboardEvent.key`, except while the user is typing, or a dialog or menu is open. The handler `any`
 * receives all other keys. Global keys come before those
 * of the page: "g p" leads to the projects, and "p" alone pins a session.
 */
export function useKeys(keys: Readonly<Record<string, KeyHandler>>, { isGlobal = false } = {}): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      if (isPaused || document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
      const act = latest.current[event.key] ?? latest.current.any;
      if (act === undefined || act(event) === false) return;
      event.preventDefault();
    };
    document.addEventListener("keydown", listen, { capture: isGlobal });
    return () => document.removeEventListener("keydown", listen, { capture: isGlobal });
  }, [isGlobal]);
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  !(target instanceof HTMLInputElement && target.type === "checkbox") &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
