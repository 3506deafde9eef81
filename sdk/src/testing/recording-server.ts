import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface RecordingServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: RecordedRequest[];
}

/** Starts a server on loopback that records requests and responds with `answer`. */
export async function startRecordingServer(
  answer: (request: RecordedRequest, response: ServerResponse, index: number) => void,
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (message, response) => {
    let text = "";
    for await (const chunk of message.setEncoding("utf8")) text += chunk;
    const request = {
      method: message.method ?? "",
      url: message.url ?? "",
      headers: message.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    requests.push(request);
    answer(request, response, requests.length - 1);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
