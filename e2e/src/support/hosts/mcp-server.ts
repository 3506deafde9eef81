import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import { startTlsServer } from "./tls-server.ts";

/**
 * A remote server of the Model Context Protocol, the official one, over HTTPS on an address of the loopback. It lets in who sends the
 * token, and has one tool, `greet`, that answers "Hello NAME.".
 */
export async function startMcpServer(address: string, token: string) {
  const calls: string[] = [];
  const https = await startTlsServer(address, async (request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end("No.");
    const server = new McpServer({ name: "greeter", version: "1" });
    server.registerTool(
      "greet",
      { description: "Greets somebody.", inputSchema: { name: z.string() } },
      async ({ name }) => {
        calls.push(name);
        return {
          content: [
            { type: "text", text: `Hello ${name}. Your header was ${request.headers.authorization}.` },
          ],
        };
      },
    );
    // Without a session of its own: each request is answered for itself.
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on("close", () => void transport.close());
    await server.connect(transport as Parameters<McpServer["connect"]>[0]);
    await transport.handleRequest(request, response);
  });
  return { ...https, calls };
}

/** A server of the protocol over stdio in one file without dependencies; its one tool tells a variable of its environment. */
export const stdioServer = `
let open = "";
process.stdin.setEncoding("utf8").on("data", (text) => {
  const lines = (open + text).split("\\n");
  open = lines.pop();
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) continue;
    const result =
      method === "initialize" ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "teller", version: "1" } }
      : method === "tools/list" ? { tools: [{ name: "tell", description: "Tells.", inputSchema: { type: "object", properties: { name: { type: "string" } } } }] }
      : method === "tools/call" ? { content: [{ type: "text", text: "It is " + process.env[params.arguments.name] }] }
      : {};
    process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
  }
});
`;
