/** A server of the Model Context Protocol, as a harness inside the sandbox reaches it. */
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
