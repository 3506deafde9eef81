import type { ServerResponse } from "node:http";
import { answerJson, type RecordingServer, startRecordingServer } from "./recording-server.ts";

export type Status = "queued" | "inProgress" | "completed" | "failed" | "cancelled";

export const activity = (id: number, eventType = "notice") =>
  `event: activity\nid: ${id}\ndata: ${JSON.stringify({ id, eventType, eventData: { type: eventType } })}\n\n`;

export const openStream = (response: ServerResponse, frames = "") =>
  response
    .writeHead(200, { "content-type": "text/event-stream; charset=utf-8" })
    .write(`: connected\n\n${frames}`);

const sessionBody = (current?: Status) => ({
  id: "s1",
  state: {
    isQueued: current === "queued",
    inProgress: current === "inProgress",
    ...(current !== undefined && { current }),
  },
});

interface Answers {
  /** Returns the session's status for a request, or sends a different response and returns `"answered"`. */
  readonly session: (count: number, response: ServerResponse) => Status | undefined | "answered";
  readonly stream: (response: ServerResponse, count: number) => void;
  /** The number of the session's last event. */
  readonly lastEvent?: () => number;
}

/**
 * Starts a server with one session, its events and their stream. `answers` receives request counts, which start at 0.
 */
export async function startSessionServer(answers: Answers): Promise<RecordingServer> {
  let sessions = 0;
  let streams = 0;
  return startRecordingServer(({ url }, response) => {
    const { pathname, searchParams } = new URL(url, "http://x");
    if (pathname === "/v1/sessions/s1/events/stream") return answers.stream(response, streams++);
    if (pathname === "/v1/sessions/s1/events") {
      const last = answers.lastEvent?.() ?? 0;
      const items = Number(searchParams.get("cursor") ?? 0) < last ? [{ id: last }] : [];
      return answerJson(response, 200, { items, nextCursor: null });
    }
    const status = answers.session(sessions++, response);
    if (status !== "answered") answerJson(response, 200, sessionBody(status));
  });
}
