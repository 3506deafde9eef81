import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../../core/base/index.ts";
import type { CallableTools } from "../../core/turns/index.ts";
import { answerMcp, isLong, type McpAnswer, mcpFailure } from "./answer-mcp.ts";
import { parse, Refusal, readBody, send } from "./exchange.ts";

/** Interval between keep-alive comments. It is shorter than the time after which clients abandon a response without data. */
const lifeEveryMs = 15_000;

/**
 * Serves the Streamable HTTP transport of the Model Context Protocol, without sessions and without messages initiated by the server. The client
 * posts a message and receives JSON. The response to a tool call may wait for a user. If the client accepts streams, this response is a stream
 * with one event. Throws a `Refusal` if the method is not POST, or if the body is too long or is not JSON.
 */
export async function serveMcp(
  request: IncomingMessage,
  response: ServerResponse,
  {
    tools,
    log,
    signal,
  }: { readonly tools: CallableTools; readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    throw new Refusal(
      405,
      "Send Model Context Protocol (MCP) messages to this endpoint with POST, one at a time.",
    );
  }
  const message = parse(await readBody(request));
  const answering = answerMcp(message, tools, signal).catch((cause: unknown): McpAnswer => {
    signal.throwIfAborted();
    log.error({ err: cause }, "a session tool failed unexpectedly");
    return mcpFailure(message);
  });
  const answer = isLong(message) && takesStream(request) ? stream(response, answering) : answering;
  const settled = await answer;
  if (response.headersSent) return;
  if (settled === null) response.writeHead(202).end();
  else send(response, 200, settled);
}

/**
 * Sends the headers and a comment immediately, and further comments while the call is running, so that proxies and clients do not time out.
 * Then sends the response as one event.
 */
async function stream(
  response: ServerResponse,
  answering: Promise<McpAnswer | null>,
): Promise<McpAnswer | null> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const showLife = () => response.write(": the tool runs\n\n");
  showLife();
  const life = setInterval(showLife, lifeEveryMs);
  try {
    const answer = await answering;
    response.end(answer === null ? "" : `event: message\ndata: ${JSON.stringify(answer)}\n\n`);
    return answer;
  } finally {
    clearInterval(life);
  }
}

const takesStream = ({ headers }: IncomingMessage): boolean =>
  headers.accept?.includes("text/event-stream") === true;
