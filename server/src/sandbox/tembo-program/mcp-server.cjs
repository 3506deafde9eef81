const { runTool } = require("./run-tool.cjs");

/** Newest first; the client's own is answered when it is one of them. */
const protocolVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const maxLineChars = 16 * 1024 * 1024;
const codes = { parse: -32700, invalidRequest: -32600, unknownMethod: -32601, invalidParams: -32602 };

/**
 * A server of the Model Context Protocol over stdio (modelcontextprotocol.io, one JSON-RPC message a line), for tools alone.
 * Ends with its input.
 */
function serveMcp(input, output, askDoor) {
  const send = (message) => output.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  // Who reads has gone: there is nobody left to tell.
  output.on("error", () => process.exit(0));
  readLines(input, async (line) => {
    if (line.trim() === "") return;
    const message = parse(line);
    if (message === undefined)
      return send({ id: null, error: fault(codes.parse, "This is no JSON-RPC message.") });
    const { id, method, params } = message;
    if (typeof method !== "string") {
      // An answer to something that was never asked.
      if (id === undefined || "result" in message || "error" in message) return;
      return send({ id, error: fault(codes.invalidRequest, "A request names its method.") });
    }
    // Notifications, of which none changes anything here.
    if (id === undefined || id === null) return;
    try {
      send({ id, result: await answer(method, params ?? {}, askDoor) });
    } catch (error) {
      send({ id, error: fault(error.code ?? -32603, error.message) });
    }
  });
}

/** Lines end with a line feed alone: node:readline would end them at U+2028 too, which JSON may hold. A line too long is cut. */
function readLines(input, onLine) {
  let open = "";
  input.setEncoding("utf8").on("data", (text) => {
    const [first, ...rest] = text.split("\n");
    open = (open + first).slice(0, maxLineChars);
    for (const next of rest) {
      onLine(open);
      open = next.slice(0, maxLineChars);
    }
  });
}

async function answer(method, params, askDoor) {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: protocolVersions.includes(params.protocolVersion)
          ? params.protocolVersion
          : protocolVersions[0],
        capabilities: { tools: {} },
        serverInfo: { name: "tembo", version: "1" },
        instructions:
          "What the session itself can do: its pull requests, its artifacts, the person who asked.",
      };
    case "ping":
      return {};
    case "tools/list": {
      const { tools } = await askDoor("/tools");
      return {
        tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
      };
    }
    case "tools/call":
      return call(params, askDoor);
    default:
      throw Object.assign(new Error(`There is no method ${method}.`), { code: codes.unknownMethod });
  }
}

/** What a tool refuses is its result, so that the model reads it; only an unknown tool is a fault of the protocol. */
async function call({ name, arguments: input }, askDoor) {
  const { tools } = await askDoor("/tools");
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined)
    throw Object.assign(new Error(`There is no tool ${name}.`), { code: codes.invalidParams });
  try {
    const { result } = await runTool(tool, input ?? {}, askDoor);
    return { content: [{ type: "text", text: JSON.stringify(result) }], structuredContent: result };
  } catch (error) {
    return { content: [{ type: "text", text: error.message }], isError: true };
  }
}

function parse(line) {
  try {
    const message = JSON.parse(line);
    return typeof message === "object" && message !== null && !Array.isArray(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

const fault = (code, message) => ({ code, message });

module.exports = { serveMcp };
