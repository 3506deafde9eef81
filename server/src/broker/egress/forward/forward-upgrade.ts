import { type Agent, type ClientRequest, type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream";
import { formatHostPort } from "../../../core/access/index.ts";
import { withReason } from "../../../core/base/index.ts";
import { requestThrough } from "../../../outbound/reach/agents.ts";
import type { HttpTarget } from "../../../outbound/reach/target.ts";
import { badRequest, Refusal } from "../../../outbound/refusal.ts";
import type { EgressLimits } from "../limits.ts";
import { refuseSocket } from "../refusal.ts";
import { answerBody } from "../secret/secret-use.ts";
import { relay } from "../tunnel/relay.ts";
import { cutTogether } from "../tunnel/tunnel.ts";
import { endToEnd } from "./headers.ts";

export interface UpgradeForwarding {
  readonly request: IncomingMessage;
  readonly client: Socket;
  /** Bytes that the client sent after the request. */
  readonly head: Buffer;
  readonly target: HttpTarget;
  /** Agent that opens the connections, or rejects with a `Refusal`. */
  readonly agent: Agent;
  readonly limits: EgressLimits;
}

/** True if the request is a WebSocket handshake (RFC 6455 section 4.1). The proxy forwards no other upgrade. */
export function isWebSocket({ headers, method }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * Forwards a WebSocket handshake, rewritten with the target's `Host` header. After status 101, relays bytes in both directions, and closes a
 * connection that is idle for `limits.idleMs`. Passes on any other response and then closes the connection. Responds with a refusal if the
 * request fails.
 */
export function forwardUpgrade({ request, client, head, target, agent, limits }: UpgradeForwarding): void {
  const { host, port, path } = target;
  const place = formatHostPort(host, port);
  const gone = new AbortController();
  const leave = () => gone.abort();
  client.on("error", () => client.destroy());
  client.once("close", leave);
  let sent: ClientRequest;
  try {
    sent = requestThrough({
      agent,
      host,
      port,
      path,
      method: "GET",
      headers: [
        ...["Host", port === 80 ? place.slice(0, place.lastIndexOf(":")) : place],
        ...endToEnd(request.rawHeaders, ["host", "expect"]),
        ...["Connection", "Upgrade", "Upgrade", "websocket"],
      ],
      signal: gone.signal,
      goneSignal: gone.signal,
    });
  } catch (cause) {
    refuseSocket(client, badRequest(withReason("The request cannot be forwarded", cause)));
    return;
  }
  sent.once("upgrade", (answer: IncomingMessage, upstream: Socket, first: Buffer) => {
    client.off("close", leave);
    cutTogether(client, upstream);
    client.setTimeout(limits.idleMs, () => client.destroy());
    client.write(switchingHead(answer));
    if (first.length > 0) upstream.unshift(first);
    if (head.length > 0) client.unshift(head);
    relay(upstream, client);
    relay(client, upstream);
  });
  sent.once("response", (answer) => giveLast(answer, request, client));
  sent.on("error", (error) => {
    if (gone.signal.aborted) return;
    const message = withReason(`The request to ${place} failed`, error);
    refuseSocket(
      client,
      error instanceof Refusal ? error : new Refusal(502, `Tembo: the request to ${place} failed`, message),
    );
  });
  sent.end();
}

function switchingHead({ rawHeaders }: IncomingMessage): string {
  const headers = [...endToEnd(rawHeaders), "Connection", "Upgrade", "Upgrade", "websocket"];
  const lines = headers.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
  return `HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`;
}

function giveLast(answer: IncomingMessage, request: IncomingMessage, client: Socket): void {
  const response = new ServerResponse(request);
  response.assignSocket(client);
  const { phrase, headers } = answerBody(answer, "GET", null);
  response.writeHead(answer.statusCode!, phrase, [...headers, "Connection", "close"]);
  pipeline(answer, response, () => client.destroySoon());
}
