import type { Readable, Writable } from "node:stream";
import { APIError, type ApiRequest, type Tembo } from "@tembo-io/sdk";
import { type Cli, type Outcome, withInterrupt } from "../../cli.ts";
import { CommandError } from "../../failure.ts";

/**
 * The part of `@tembo/server/mcp` that this command needs. No other command loads the module, because the protocol
 * library is large.
 */
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

// The specifier is in a variable, so that the compiler uses the interface above instead of the server's types.
const mcpModule: string = "@tembo/server/mcp";

/**
 * Serves the API to an MCP client until the client disconnects or the user presses Ctrl-C. Throws `CommandError` if
 * standard input is a terminal.
 */
export async function serveMcp(
  cli: Cli,
  { allowWrites }: { readonly allowWrites?: boolean },
): Promise<Outcome> {
  const { stdin, stdout } = cli.terminal.streams;
  if (stdin.isTTY)
    throw new CommandError(
      "This command communicates with an MCP client and cannot run in a terminal.",
      'add it to a client, as in "claude mcp add tembo -- tembo mcp"; "tembo mcp list" lists the MCP servers for sessions.',
    );
  const call = createApiCall(cli.client());
  const { serveMcpOnStdio } = (await import(mcpModule)) as McpModule;
  await withInterrupt(cli, (signal) =>
    serveMcpOnStdio({
      call,
      allowsWrites: allowWrites === true,
      howToAllowWrites: 'To allow changes, start it with "tembo mcp --allow-writes".',
      stdin,
      stdout,
      signal,
    }),
  );
  return 0;
}

/**
 * Returns a function that sends an API request. Returns a failed request as its status and its error message, with
 * status 503 if no response arrived.
 */
function createApiCall(client: Tembo): Parameters<McpModule["serveMcpOnStdio"]>[0]["call"] {
  return async (request, signal) => {
    try {
      return { status: 200, text: JSON.stringify(await client.request(request, { signal })) };
    } catch (error) {
      if (!(error instanceof APIError)) throw error;
      return { status: error.status ?? 503, text: JSON.stringify({ error: error.message }) };
    }
  };
}
