import { AppError } from "../../core/base/index.ts";
import type { CallableTools } from "../../core/turns/index.ts";

/** Supported protocol versions, newest first. The response uses the client's version if this list contains it. */
const protocolVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const codes = {
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
} as const;

/** JSON-RPC message that responds to another message. */
export type McpAnswer = Readonly<Record<string, unknown>>;

/**
 * Responds to one Model Context Protocol message (modelcontextprotocol.io), regardless of the transport, or returns null for a message that
 * requires no response. Supports only tools, and stores no state between messages. If a tool rejects a call, returns the error as the result, so
 * that the model can read it. Throws unexpected errors.
 */
export async function answerMcp(
  message: unknown,
  tools: CallableTools,
  signal: AbortSignal,
): Promise<McpAnswer | null> {
  if (!isObject(message)) return fault(null, codes.invalidRequest, "The message must be one JSON object.");
  const { id, method, params } = message;
  if (typeof method !== "string") {
    // The message is a response, but the server never sends requests.
    if (id === undefined || "result" in message || "error" in message) return null;
    return fault(id, codes.invalidRequest, "The request has no method.");
  }
  // Notifications require no response, and none of them has an effect here.
  if (id === undefined || id === null) return null;
  const given = isObject(params) ? params : {};
  switch (method) {
    case "initialize":
      return result(id, greet(given.protocolVersion));
    case "ping":
      return result(id, {});
    case "tools/list":
      return result(id, {
        tools: tools.views.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
      });
    case "tools/call": {
      const { name } = given;
      if (!tools.views.some((view) => view.name === name))
        return fault(id, codes.invalidParams, `Unknown tool ${JSON.stringify(name)}.`);
      return result(id, await call(tools, { name: String(name), input: given.arguments ?? {} }, signal));
    }
    default:
      return fault(id, codes.unknownMethod, `Unknown method ${JSON.stringify(method)}.`);
  }
}

/** Returns an internal error as the response to a message whose handling failed. The caller logs the cause. */
export const mcpFailure = (message: unknown): McpAnswer =>
  fault(
    isObject(message) ? (message.id ?? null) : null,
    codes.internal,
    "The tool failed. Try again, or check the server's log for the reason.",
  );

/** True for tool calls, because a user's decision can delay their response. */
export const isLong = (message: unknown): boolean => isObject(message) && message.method === "tools/call";

function greet(version: unknown) {
  return {
    protocolVersion: protocolVersions.find((one) => one === version) ?? protocolVersions[0],
    capabilities: { tools: {} },
    serverInfo: { name: "tembo", version: "1" },
    instructions:
      "Actions of this session: its pull requests, its artifacts and questions to the person who started it.",
  };
}

async function call(
  tools: CallableTools,
  { name, input }: { readonly name: string; readonly input: unknown },
  signal: AbortSignal,
) {
  try {
    const structuredContent = await tools.call(name, input, signal);
    return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent };
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code === "internal") throw cause;
    return { content: [{ type: "text", text: cause.message }], isError: true };
  }
}

const result = (id: unknown, value: object): McpAnswer => ({ jsonrpc: "2.0", id, result: value });
const fault = (id: unknown, code: number, message: string): McpAnswer => ({
  jsonrpc: "2.0",
  id,
  error: { code, message },
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
