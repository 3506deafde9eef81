import { useQuery } from "@tanstack/react-query";
import type { KeyboardEvent } from "react";
import { userSettingsQuery } from "../api/settings-queries.ts";
import { usePerson } from "../api/who.ts";
import { hasTouchScreen, sendsMessage } from "./sends-message.ts";

/** Returns true if Enter alone sends the person's messages. Ctrl+Enter sends them until the setting has loaded. */
export function useEnterSends(): boolean {
  const { data } = useQuery(userSettingsQuery(usePerson().id));
  return data?.composerPreferences?.enterSends ?? false;
}

/** Returns a key handler for a text field that calls `send` for the key that the person prefers. */
export function useSendKey(send: () => void): (event: KeyboardEvent) => void {
  const enterSends = useEnterSends();
  return (event) => {
    // Enter ends the composition of a character.
    if (event.nativeEvent.isComposing) return;
    if (!sendsMessage(event, { enterSends, isTouch: hasTouchScreen() })) return;
    event.preventDefault();
    send();
  };
}
