export interface McpGreeting {
  readonly url: string;
  readonly transport: "http" | "sse";
  /** Values by name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Reaches remote servers of the Model Context Protocol. */
export interface McpGreeter {
  /** Asks a remote server of the Model Context Protocol for its greeting, as a sandbox would reach it. Throws `unreachable`. */
  greetMcpServer(server: McpGreeting, signal: AbortSignal): Promise<void>;
}
