import type { JobHandlers } from "../job/job-handlers.ts";
import { handleForgeEvent } from "./handle-forge-event.ts";

/** Handles an event and returns the result in the form that the delivery log shows. */
export const handleEvent: JobHandlers["handleEvent"] = async (
  ports,
  integration,
  event,
  { repository, delivery },
) => {
  const handled = await handleForgeEvent(ports, { integration, repository, event, delivery });
  if ("kind" in handled) return handled;
  const { outcome, sessionId } = handled;
  return outcome === null
    ? { kind: "ignored", sentence: "The event is not relevant to Tembo." }
    : { kind: "worked", sentence: outcome, sessionId };
};
