import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { McpGreeting } from "../../core/access/index.ts";
import { AppError, reason, withReason } from "../../core/base/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";

const maxAnswerBytes = 64 * 1024;
const greeting = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "tembo", version: "1" },
  },
});

/**
 * Sends an `initialize` request to a Model Context Protocol server, or opens the event stream for the transport `sse`. As in a sandbox, only
 * public addresses and private addresses that the operator allows are reachable. Throws `unreachable` if the handshake fails. The message
 * never contains header values.
 */
export async function greetMcpServer(
  { url: text, transport, headers }: McpGreeting,
  outbound: Pick<Outbound, "request">,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(text);
  const isStream = transport === "sse";
  const request = await outbound.request(url, {
    method: isStream ? "GET" : "POST",
    headers: {
      ...headers,
      accept: isStream ? "text/event-stream" : "application/json, text/event-stream",
      ...(!isStream && { "content-type": "application/json" }),
    },
    signal,
  });
  try {
    request.end(isStream ? undefined : greeting);
    const [answer] = (await once(request, "response", { signal })) as [IncomingMessage];
    await requireGreeting(answer, isStream, signal);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const why = signal.aborted ? "it did not respond in time" : reason(cause);
    throw new AppError(
      "unreachable",
      `${withReason(`The MCP server at ${url.origin} cannot be reached`, why)} Check the URL.`,
      { cause },
    );
  } finally {
    // The rest of the response is not needed, so its errors are ignored.
    request.on("error", () => {});
    request.destroy();
  }
}

async function requireGreeting(
  answer: IncomingMessage,
  isStream: boolean,
  signal: AbortSignal,
): Promise<void> {
  const type = answer.headers["content-type"] ?? "";
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 299)
    throw new AppError(
      "unreachable",
      `The MCP server responded with status ${status}. ${status === 401 || status === 403 ? "Check the headers." : "Check the URL."}`,
    );
  if (isStream && type.startsWith("text/event-stream")) return;
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) {
    text += chunk;
    // An event stream remains open after the response, so reading stops here.
    if (/"(serverInfo|error)"/.test(text) || text.length > maxAnswerBytes || signal.aborted) break;
  }
  if (!text.includes('"serverInfo"'))
    throw new AppError(
      "unreachable",
      "The MCP handshake failed: the response contains no serverInfo. Check the URL and headers.",
    );
}
