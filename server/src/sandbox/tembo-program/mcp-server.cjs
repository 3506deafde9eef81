const maxLineChars = 16 * 1024 * 1024;
const codes = { parse: -32700, internal: -32603 };

/**
 * Serves the stdio transport of the Model Context Protocol (modelcontextprotocol.io, one JSON-RPC message per line), for clients that
 * cannot use HTTP. Forwards each message to the session tools and writes the response. The program exits when its input ends.
 */
function serveMcp(input, output, askServer) {
  const send = (message) => output.write(`${JSON.stringify(message)}\n`);
  // The client has closed the pipe, so no response can be delivered.
  output.on("error", () => process.exit(0));
  readLines(input, async (line) => {
    if (line.trim() === "") return;
    const message = parse(line);
    if (message === undefined) return send(fault(null, codes.parse, "This is not a JSON-RPC message."));
    try {
      const answer = await askServer("/mcp", message);
      if (answer !== null) send(answer);
    } catch (error) {
      if (message.id !== undefined) send(fault(message.id, codes.internal, error.message));
    }
  });
}

/** Splits lines only at line feeds. node:readline would also split at U+2028, which JSON may contain. Truncates lines that are too long. */
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

function parse(line) {
  try {
    const message = JSON.parse(line);
    return typeof message === "object" && message !== null && !Array.isArray(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

const fault = (id, code, message) => ({ jsonrpc: "2.0", id, error: { code, message } });

module.exports = { serveMcp };
