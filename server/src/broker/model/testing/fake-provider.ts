import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Responds to accepted requests like Anthropic's Messages API. */
export type MessagesService = (body: Record<string, unknown>) => Promise<Response>;

/** Request that a fake provider has accepted. */
export interface ReceivedRequest {
  /** Requested model, from the path or the body. */
  readonly model: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage["headers"];
  readonly url: string;
}

export interface FakeProvider {
  readonly url: string;
  readonly asked: readonly ReceivedRequest[];
  /** Reasons for the rejected requests, in order. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Thrown to reject a request as the real provider does. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: string;
  readonly bytes: Buffer;
}

/** Starts a server on the loopback interface. `answer` may throw `Refused`, which `refuse` then writes. Any other error closes the connection. */
export async function startFakeProvider(
  answer: (call: Call) => Promise<void>,
  refuse: (response: ServerResponse, refused: Refused) => void,
) {
  const refused: string[] = [];
  const server = createServer(async (request, response) => {
    try {
      const [path = "", query = ""] = request.url!.split("?");
      await answer({ request, response, path, query, bytes: await buffer(request) });
    } catch (cause) {
      if (!(cause instanceof Refused)) {
        response.destroy();
        return;
      }
      refused.push(cause.message);
      refuse(response, cause);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/**
 * Validates a body against the part of the Messages API that cloud providers accept. Throws `Refused` for a body that they would reject.
 */
export function requireCloudBody(bytes: Buffer, version: string, also: readonly string[]) {
  const body = JSON.parse(bytes.toString()) as Record<string, unknown>;
  if (body.anthropic_version !== version) throw new Refused(400, `anthropic_version: ${version} is required`);
  if (typeof body.max_tokens !== "number") throw new Refused(400, "max_tokens: Field required");
  const taken = [
    ...["anthropic_version", "max_tokens", "messages", "metadata", "stop_sequences", "system", "temperature"],
    ...["thinking", "tool_choice", "tools", "top_k", "top_p", "output_config", "context_management"],
    ...also,
  ];
  for (const name of Object.keys(body)) {
    if (!taken.includes(name)) throw new Refused(400, `${name}: Extra inputs are not permitted`);
  }
  if (/"cache_control":\{[^}]*"scope"/.test(bytes.toString()))
    throw new Refused(400, "cache_control.ephemeral.scope: Extra inputs are not permitted");
  return body;
}

export function requireBetas(betas: readonly string[]): void {
  const unknown = betas.find((beta) => /^(claude-code|oauth|prompt-caching-scope|fast-mode)/.test(beta));
  if (unknown !== undefined) throw new Refused(400, "invalid beta flag");
}

/** Yields the `data` field of each stream event as it arrives. */
export async function* eventsIn(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split("\n\n");
    text = events.pop()!;
    for (const event of events) {
      const data = /^data: ?(.*)$/m.exec(event)?.[1];
      if (data !== undefined) yield data;
    }
  }
}
