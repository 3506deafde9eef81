import { pathOf } from "../transport.ts";
import type { SessionEvent } from "../types.ts";
import { followStream, type StreamedEvent, type StreamOptions, type StreamParts } from "./follow-stream.ts";

export interface SessionEventsOptions extends StreamOptions {
  /**
   * ID of the last event already received. Only later events are yielded. Defaults to 0, which yields all events of the
   * session.
   */
  after?: number | undefined;
}

interface Follow extends StreamOptions {
  /** ID of the last event that the caller received. If null, the stream starts with the next new event. */
  readonly after?: number | null | undefined;
}

/**
 * Yields the events of a session exactly once and in order: first the recorded events, then live ones. If a connection
 * ends or receives no data, opens a new one that resumes after the last event.
 *
 * Ends when the signal aborts or the loop exits. Throws if the server rejects the request (401, 403, 404, ...) or stays
 * unreachable.
 */
export async function* followSession(
  parts: StreamParts,
  sessionId: string,
  { after = 0, ...options }: Follow = {},
): AsyncGenerator<SessionEvent, void, undefined> {
  const stream = {
    path: pathOf`/v1/sessions/${sessionId}/events/stream`,
    type: "activity",
    numberOf: (event: StreamedEvent) => (event.data as SessionEvent).id,
    after,
  };
  for await (const { data } of followStream(parts, stream, options)) yield data as SessionEvent;
}
