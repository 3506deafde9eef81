export interface McpGreeting {
  readonly url: string;
  readonly transport: "http" | "sse";
  /** Header values by name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Connects to remote MCP servers. */
export interface McpGreeter {
  /**
   * Performs the initial handshake with a remote MCP server over the network path that sandboxes use. Throws
   * `unreachable` if the handshake fails.
   */
  greetMcpServer(server: McpGreeting, signal: AbortSignal): Promise<void>;
}
