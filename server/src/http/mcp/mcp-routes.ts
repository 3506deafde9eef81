import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../core/base/index.ts";
import { sendRefusal } from "../errors.ts";
import { withOuterRequest } from "../request-id.ts";
import { maxBodyBytes } from "../route.ts";
import type { CallApi } from "./tool.ts";

/**
 * Names of the query parameter and the header that allow writes. Some MCP clients let users configure only one of them.
 */
const writesQuery = "allow-writes";
const writesHeader = "x-tembo-allow-writes";

/**
 * Serves the API at `POST /mcp`, over the Streamable HTTP transport of the Model Context Protocol. Uses no protocol sessions, and sends a
 * separate JSON response for each message. Converts a tool call to an API request with the same key. The server authenticates, counts and
 * validates this request like any other.
 */
export function mcpRoutes(
  app: FastifyInstance,
  admit: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): void {
  app.addHook("onRequest", admit);
  app.post("/mcp", { bodyLimit: maxBodyBytes, config: { takesNoSignIn: true } }, async (request, reply) => {
    if (Array.isArray(request.body))
      throw new AppError(
        "invalid_input",
        "Batch requests are not supported. Send one JSON-RPC message at a time.",
      );
    // Loads the module at the first message, because most servers never receive one and start faster without it.
    const { answerMcp } = await import("./answer-mcp.ts");
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    const answer = await answerMcp(webRequestOf(request), {
      body: request.body,
      allowsWrites: allowsWrites(request),
      howToAllowWrites: `To allow writes, connect to /mcp?${writesQuery}=true or send the header "${writesHeader}: true".`,
      call: injecting(app, request, gone.signal),
    });
    void reply.code(answer.status);
    for (const [name, value] of answer.headers) void reply.header(name, value);
    return reply.send(answer.text);
  });
  app.route({
    method: ["GET", "DELETE"],
    url: "/mcp",
    handler: async (request, reply) => {
      void reply.header("allow", "POST");
      const sentence = "Send Model Context Protocol messages to this endpoint with POST, one at a time.";
      return sendRefusal(request, reply, "method_not_allowed", sentence);
    },
  });
}

/** Returns true if the request allows writes. Throws `invalid_input` if the value is neither `true` nor `false`. */
function allowsWrites({ query, headers }: FastifyRequest): boolean {
  const given = (query as Record<string, unknown>)[writesQuery] ?? headers[writesHeader] ?? "false";
  if (given === "true" || given === "false") return given === "true";
  throw new AppError("invalid_input", `"${writesQuery}" and "${writesHeader}" must be true or false.`);
}

/** Returns the parts of the request that the transport reads: the method and the headers. The body is already parsed. */
function webRequestOf({ method, headers }: FastifyRequest): Request {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) if (typeof value === "string") given.set(name, value);
  return new Request("http://tembo/mcp", { method, headers: given });
}

/**
 * Returns a function that sends API requests within this server. These requests pass through the same hooks and checks as other requests,
 * with the MCP message's key, client address, request ID and trace.
 */
function injecting(app: FastifyInstance, request: FastifyRequest, gone: AbortSignal): CallApi {
  const { authorization } = request.headers;
  const headers = { authorization };
  return async ({ method, path, body }, signal) => {
    const { statusCode, body: text } = await withOuterRequest(request, async () =>
      app.inject({
        method,
        url: path,
        headers,
        remoteAddress: request.ip,
        signal: AbortSignal.any([gone, signal]),
        ...(body !== undefined && {
          payload: JSON.stringify(body),
          headers: { ...headers, "content-type": "application/json" },
        }),
      }),
    );
    return { status: statusCode, text };
  };
}
