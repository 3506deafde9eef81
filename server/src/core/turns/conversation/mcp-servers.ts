import type { McpServer } from "../../access/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { agentOf, type TurnContext } from "../turn/turn-context.ts";

/** The MCP servers of a turn: the session's own tools, and what it names. What of these is left out is told. */
export async function mcpServersOf(context: TurnContext, sandbox: Sandbox): Promise<readonly McpServer[]> {
  const { ports, mcp } = context;
  const { harness } = agentOf(context);
  for (const message of mcp.notices)
    await appendEvent(context, `mcp:${message}`, { type: "notice", message });
  const transports = ports.harnesses.list().find(({ name }) => name === harness)?.capabilities.mcpTransports;
  const own = ownServer(sandbox, transports ?? []);
  return own === null ? mcp.servers : [own, ...mcp.servers];
}

/**
 * Where it is taken over http no program of ours starts with each conversation. A program is told all that it needs: harnesses hand
 * their servers little of their own environment. Null for a harness that knows no such servers: whoever works in it has the tembo
 * command, so nothing is missing.
 */
function ownServer({ tools }: Sandbox, transports: readonly McpServer["transport"][]): McpServer | null {
  if (transports.includes("http"))
    return { transport: "http", name: "tembo", url: `${tools.url}/mcp`, headers: {} };
  if (!transports.includes("stdio")) return null;
  return {
    transport: "stdio",
    name: "tembo",
    argv: [tools.program, "mcp"],
    env: { TEMBO_TOOLS_URL: tools.url },
  };
}
