import type { SessionPreparation } from "@tembo-io/sdk";
import { useEffect, useRef } from "react";
import { decideRequest, type Requested } from "./decide-request.ts";

/** Time without a change after which the page sends the request. */
const PAUSE_MS = 400;

/**
 * Requests that the server prepares work while the user types, and again before the prepared work expires. Sends
 * nothing until the user types in this visit, or while the tab is hidden. Ignores errors, because the session starts
 * without prepared work then. Returns a function that returns the ID of the work for the current options once.
 */
export function usePreparation({
  options,
  typed,
  request,
}: {
  /** Text that identifies the options, or null if nothing can be prepared. */
  readonly options: string | null;
  readonly typed: string;
  readonly request: () => Promise<SessionPreparation>;
}): () => string | undefined {
  const first = useRef(typed);
  const requested = useRef<Requested | null>(null);
  const send = useRef(request);
  send.current = request;
  useEffect(() => {
    if (typed === first.current || typed.trim() === "" || options === null) return;
    const timer = setTimeout(() => {
      const isVisible = document.visibilityState === "visible";
      if (!isVisible || !decideRequest(requested.current, options, Date.now())) return;
      const sent: Requested = { options, at: Date.now(), answer: null };
      requested.current = sent;
      send.current().then(
        (answer) => {
          if (requested.current === sent) requested.current = { ...sent, answer };
        },
        () => {},
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [options, typed]);
  return () => {
    const { current } = requested;
    requested.current = null;
    return current?.options === options ? (current.answer?.id ?? undefined) : undefined;
  };
}
