import type { Readable, Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { onAbort } from "../../runtime/on-abort.ts";
import { createMcpServer, type McpServerOptions } from "./create-mcp-server.ts";

export type { ApiAnswer, ApiCall, CallApi } from "./tool.ts";

/** Maximum size of a message. It fits a prompt of a million characters, even if all of them are escaped. */
const maxMessageBytes = 12 * 1024 * 1024;

export interface StdioOptions extends McpServerOptions {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly signal: AbortSignal;
}

/** Serves a Model Context Protocol client on two streams until it disconnects or the signal aborts. */
export async function serveMcpOnStdio({ stdin, stdout, signal, ...options }: StdioOptions): Promise<void> {
  const server = createMcpServer(options);
  const transport = new StdioServerTransport(stdin as never, stdout as never, {
    maxBufferSize: maxMessageBytes,
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  const close = () => void server.close();
  stdin.once("end", close);
  try {
    await server.connect(transport);
    using _ = onAbort(signal, close);
    await closed;
  } finally {
    stdin.off("end", close);
  }
}
