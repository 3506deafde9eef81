import type { Readable, Writable } from "node:stream";
import { APIError, type ApiRequest, type Tembo } from "@tembo-io/sdk";
import { type Cli, type Outcome, withInterrupt } from "../../cli.ts";
import { CommandError } from "../../failure.ts";

/** What the command needs of `@tembo/server/mcp`; loaded only here, since the protocol's library is large. */
interface McpModule {
  serveMcpOnStdio(options: {
    readonly call: (
      call: Pick<ApiRequest, "method" | "path" | "body">,
      signal: AbortSignal,
    ) => Promise<{ readonly status: number; readonly text: string }>;
    readonly allowsWrites: boolean;
    readonly howToAllowWrites: string;
    readonly stdin: Readable;
    readonly stdout: Writable;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

// In a variable: the command is held to the interface above, not to the server's own types.
const mcpModule: string = "@tembo/server/mcp";

/** Serves the API to one program that speaks MCP, until it goes away. */
export async function serveMcp(
  cli: Cli,
  { allowWrites }: { readonly allowWrites?: boolean },
): Promise<Outcome> {
  const { stdin, stdout } = cli.terminal.streams;
  if (stdin.isTTY)
    throw new CommandError(
      "Programs speak to this command, and a person typed it.",
      'let a program start it, as in "claude mcp add tembo -- tembo mcp"; "tembo mcp list" shows the MCP servers for sessions.',
    );
  const call = callerOf(cli.client());
  const { serveMcpOnStdio } = (await import(mcpModule)) as McpModule;
  await withInterrupt(cli, (signal) =>
    serveMcpOnStdio({
      call,
      allowsWrites: allowWrites === true,
      howToAllowWrites: 'To let it write, start it as "tembo mcp --allow-writes".',
      stdin,
      stdout,
      signal,
    }),
  );
  return 0;
}

/** What the API refuses is an answer as well; only the lack of one is told in words of this command. */
function callerOf(client: Tembo): Parameters<McpModule["serveMcpOnStdio"]>[0]["call"] {
  return async (request, signal) => {
    try {
      return { status: 200, text: JSON.stringify(await client.request(request, { signal })) };
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      return { status: error.status ?? 503, text: JSON.stringify({ error: error.message }) };
    }
  };
}
