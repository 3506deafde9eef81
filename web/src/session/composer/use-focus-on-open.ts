import { useRouter } from "@tanstack/react-router";
import { type RefObject, useEffect } from "react";
import { hasTouchScreen } from "../../completion/sends-message.ts";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** True if the session was opened by a click in the list, so that its message field receives the focus. */
    readonly focusesMessage?: boolean;
  }
}

/** Focuses the field if the page was opened for writing, but not on a touch screen, whose keyboard would cover the page. */
export function useFocusOnOpen(field: RefObject<HTMLTextAreaElement | null>): void {
  const router = useRouter();
  useEffect(() => {
    if (router.state.location.state.focusesMessage === true && !hasTouchScreen())
      field.current?.focus({ preventScroll: true });
  }, [router, field]);
}
