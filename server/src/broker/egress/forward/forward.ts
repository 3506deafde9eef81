import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { formatHostPort } from "../../../core/access/index.ts";
import { withReason } from "../../../core/base/index.ts";
import { requestThrough } from "../../../outbound/reach/agents.ts";
import type { HttpTarget } from "../../../outbound/reach/target.ts";
import { badRequest, Refusal } from "../../../outbound/refusal.ts";
import { refuseRequest } from "../refusal.ts";
import { answerBody, type SecretUse } from "../secret/secret-use.ts";
import { endToEnd, framing } from "./headers.ts";

export interface Forwarding {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: HttpTarget;
  /** Agent that opens the connections, or rejects with a `Refusal`. */
  readonly agent: Agent;
  /** Port that is omitted from the `Host` header. */
  readonly defaultPort: number;
  /** Header injection for the target, or null if no secret applies to it. */
  readonly secretUse: SecretUse | null;
}

/**
 * Streams one request to its target and the response back. Rewrites the request from its parsed form, with the target's `Host` header and
 * unambiguous framing of the body. Applies `secretUse` to both. Responds with a refusal if the request fails. If one side disconnects, closes
 * the other connection.
 */
export function forward({ request, response, target, agent, defaultPort, secretUse }: Forwarding): void {
  const gone = new AbortController();
  const { host, port, path } = target;
  const kept = endToEnd(request.rawHeaders, ["host", "expect", ...(secretUse?.droppedHeaders ?? [])]);
  const place = formatHostPort(host, port);
  const hostHeader = port === defaultPort ? place.slice(0, place.lastIndexOf(":")) : place;
  const headers = [
    "Host",
    hostHeader,
    ...kept,
    ...requestFraming(request),
    ...(secretUse?.addedHeaders ?? []),
  ];
  let sent: ClientRequest;
  try {
    sent = requestThrough({
      agent,
      host,
      port,
      path,
      method: request.method!,
      headers,
      signal: gone.signal,
      goneSignal: gone.signal,
    });
  } catch (cause) {
    // Node's parser accepts some requests that its writer rejects, for example a path with bytes above 127.
    refuseRequest(response, badRequest(withReason("The request cannot be forwarded", cause)));
    return;
  }

  response.once("close", () => {
    // After a complete exchange, the connection remains open for the next request.
    if (!response.writableFinished || !sent.writableFinished) gone.abort();
  });
  sent.once("response", (answer) => {
    try {
      const body = answerBody(answer, request.method!, secretUse);
      response.writeHead(answer.statusCode!, body.phrase, body.headers);
      // Sends the headers immediately, because the first bytes of a stream may be delayed.
      response.flushHeaders();
      pipeline([answer, ...body.transforms, response], () => {});
    } catch (cause) {
      answer.destroy();
      refuseRequest(response, asRefusal(cause, place));
    }
  });
  // The upgrade header is not forwarded, so an upgrade is unsolicited. Without a listener, Node would emit no event and the client would
  // wait forever.
  sent.once("upgrade", (_answer, socket) => {
    socket.destroy();
    refuseRequest(
      response,
      asRefusal(new Error("the server switched protocols without a request to do so"), place),
    );
  });
  sent.on("error", (error) => {
    if (!gone.signal.aborted) refuseRequest(response, asRefusal(error, place));
  });
  // Does not use `pipeline`, because an error of `sent` would destroy the client's socket before the refusal is written.
  request.pipe(sent);
}

/**
 * Returns the framing headers of the request. For a POST, PUT or PATCH without a body, returns an explicit length, which some servers require
 * (RFC 9110 section 8.6).
 */
function requestFraming({ headers, method }: IncomingMessage): readonly string[] {
  const found = framing(headers);
  const isBodyExpected = ["POST", "PUT", "PATCH"].includes(method!);
  return found.length === 0 && isBodyExpected ? ["Content-Length", "0"] : found;
}

function asRefusal(cause: unknown, place: string): Refusal {
  if (cause instanceof Refusal) return cause;
  return new Refusal(
    502,
    `Tembo: the request to ${place} failed`,
    withReason(`The request to ${place} failed`, cause),
    {
      cause,
    },
  );
}
