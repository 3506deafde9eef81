import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "../../core/base/index.ts";
import type { CallableTools } from "../../core/turns/index.ts";
import { answerMcp, isLong, type McpAnswer, mcpFailure } from "./answer-mcp.ts";
import { parse, Refusal, readBody, send } from "./exchange.ts";

/** Sooner than any client takes a silent answer for a dead one. */
const lifeEveryMs = 15_000;

/**
 * The Streamable HTTP transport of the Model Context Protocol, without sessions and without messages of the server's own: a message
 * is posted, and answered as JSON; a call of a tool, which may wait for a person, as a stream of one event to who takes one.
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
    throw new Refusal(405, "Messages of the Model Context Protocol are posted here, one at a time.");
  }
  const message = parse(await readBody(request));
  const answering = answerMcp(message, tools, signal).catch((cause: unknown): McpAnswer => {
    signal.throwIfAborted();
    log.error({ err: cause }, "a tool of a session failed unexpectedly");
    return mcpFailure(message);
  });
  const answer = isLong(message) && takesStream(request) ? stream(response, answering) : answering;
  const said = await answer;
  if (response.headersSent) return;
  if (said === null) response.writeHead(202).end();
  else send(response, 200, said);
}

/** The head and a comment at once, and more comments while it takes: whoever waits on the way sees life. */
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
