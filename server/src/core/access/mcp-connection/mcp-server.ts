/** An MCP server in the form that a harness inside the sandbox uses. */
export type McpServer =
  | {
      readonly transport: "stdio";
      readonly name: string;
      readonly argv: readonly [string, ...string[]];
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly transport: "http" | "sse";
      readonly name: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };
