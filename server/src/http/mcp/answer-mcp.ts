import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { createMcpServer, type McpServerOptions } from "./create-mcp-server.ts";

export interface McpHttpAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly text: string;
}

/** Responds to one posted protocol message. Stores no state. */
export async function answerMcp(
  request: Request,
  { body, ...options }: McpServerOptions & { readonly body: unknown },
): Promise<McpHttpAnswer> {
  const server = createMcpServer(options);
  // The transport needs no session IDs, because it serves one request and is then discarded.
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  try {
    const response = await transport.handleRequest(request, { parsedBody: body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } finally {
    await server.close();
  }
}
