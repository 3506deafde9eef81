import { request } from "node:http";

/** Receives each of the bench's events when it arrives, with its number and the send time from its text (`performance.now` of this process). */
export type OnEvent = (id: number, sentAt: number) => void;

export interface WatcherTarget {
  readonly url: string;
  readonly apiKey: string;
  readonly sessionId: string;
}

export interface OpenWatcher {
  close(): void;
}

/** Follows a session with server-sent events. Resolves when the stream is open. */
export function watchByStream(
  { url, apiKey, sessionId }: WatcherTarget,
  onEvent: OnEvent,
): Promise<OpenWatcher> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/v1/sessions/${sessionId}/events/stream`, {
      agent: false,
      headers: { authorization: `Bearer ${apiKey}`, "last-event-id": "0" },
    });
    call.on("error", reject);
    call.on("response", (response) => {
      if (response.statusCode !== 200)
        return reject(new Error(`the stream returned status ${response.statusCode}`));
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        const blocks = (text + chunk).split("\n\n");
        text = blocks.pop()!;
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (block.startsWith("event: activity") && data !== undefined) readFrame(data, onEvent);
        }
      });
      resolve({ close: () => call.destroy() });
    });
    call.end();
  });
}

/** Follows a session over WebSocket. Resolves when the subscription is active. */
export async function watchBySocket(
  { url, apiKey, sessionId }: WatcherTarget,
  onEvent: OnEvent,
): Promise<OpenWatcher> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`${url}/v1/live`, { method: "POST", headers });
  const { ticket } = (await response.json()) as { ticket: string };
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/live?ticket=${ticket}`);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error("the WebSocket failed"));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as { id?: string; type: string; event?: object };
      if (frame.type === "ready" && frame.id === undefined) {
        const input = { scope: { sessionId }, lastEventId: 0 };
        socket.send(JSON.stringify({ op: "subscribe", id: "0", resource: "sessions.events", input }));
      } else if (frame.type === "ready") resolve({ close: () => socket.close() });
      else if (frame.type === "event") readFrame(JSON.stringify(frame.event), onEvent);
      else reject(new Error(`unexpected frame from the server: ${data}`));
    };
  });
}

function readFrame(text: string, onEvent: OnEvent): void {
  const { id, eventData } = JSON.parse(text) as { id: number; eventData: { message?: string } };
  const sentAt = Number(eventData.message);
  if (Number.isFinite(sentAt)) onEvent(id, sentAt);
}
