import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface FakeApi extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
  /**
   * Responses by request line without the query, such as `GET /path`: a body for status 200, or a function that sends
   * the response.
   */
  readonly answers: Record<string, object | ((asked: Asked, response: ServerResponse) => void)>;
}

/** Starts a fake API server on loopback. It responds with 404 to requests that are not in `answers`. */
export async function startFakeApi(answers: FakeApi["answers"] = {}): Promise<FakeApi> {
  const asked: Asked[] = [];
  const server = createServer(async (message, response) => {
    let text = "";
    for await (const chunk of message.setEncoding("utf8")) text += chunk;
    const isJson = message.headers["content-type"] === "application/json" && text !== "";
    const one = {
      line: `${message.method} ${message.url}`,
      headers: message.headers,
      body: isJson ? JSON.parse(text) : text,
    };
    asked.push(one);
    const answer = answers[one.line.replace(/\?.*/, "")];
    if (typeof answer === "function") answer(one, response);
    else if (answer === undefined) answerWith(response, 404, { error: "There is nothing here." });
    else answerWith(response, 200, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function answerWith(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Returns a response function that sends the events as an event stream and keeps the connection open. */
export function streamOf(events: readonly object[]): (asked: Asked, response: ServerResponse) => void {
  return ({ headers }, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const after = Number(headers["last-event-id"]);
    const later = recorded(events).filter(({ id }) => id > after);
    response.write(": open\n\n");
    for (const event of later) {
      response.write(`event: activity\nid: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
    }
  };
}

/** Converts event data to recorded events. Copies a `messageId` from the data to the event. */
export function recorded(events: readonly object[]) {
  return events.map((eventData, index) => ({
    id: index + 1,
    sessionId: "s1",
    messageId: "messageId" in eventData ? eventData.messageId : null,
    createdAt: "2026-01-01T00:00:00.000Z",
    eventType: "type" in eventData ? eventData.type : "",
    provider: "tembo",
    eventData,
  }));
}

export const legacySession = {
  id: "s1",
  title: "Fix it",
  description: "Fix it.",
  status: "queued",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  organizationId: "o1",
  htmlUrl: "http://tembo.example/sessions/s1",
};

export function sessionIn(current: string) {
  return {
    ...legacySession,
    agent: "claudeCode:opus",
    targetBranch: "main",
    branchName: "tembo/fix-it",
    diffSummary: { additions: 3, deletions: 1 },
    state: { isQueued: current === "queued", inProgress: current === "inProgress", current },
    sessionSource: { repositories: [{ id: "r1", name: "web", provider: "local" }] },
    artifacts: [{ pullRequests: [{ title: "Fix it", status: "open", url: "http://tembo.example/pr/1" }] }],
  };
}
