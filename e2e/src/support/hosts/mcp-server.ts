import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import { startTlsServer } from "./tls-server.ts";

/**
 * Starts a remote MCP server, built with the official SDK, over HTTPS on a loopback address. The server accepts
 * requests with the token. Its only tool, `greet`, returns a greeting and the received authorization header. `calls`
 * contains the greeted names.
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
    // Stateless: handles each request with a new transport.
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on("close", () => void transport.close());
    await server.connect(transport as Parameters<McpServer["connect"]>[0]);
    await transport.handleRequest(request, response);
  });
  return { ...https, calls };
}

/** Source of a stdio MCP server, in one file without dependencies. Its only tool returns an environment variable. */
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
