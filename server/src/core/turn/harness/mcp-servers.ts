import type { McpServer } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { agentOf, type TurnContext, tell } from "../turn-context.ts";

/** The MCP servers of a turn: the session's own tools, and what it names. What of these is left out is told. */
export async function mcpServersOf(context: TurnContext, sandbox: Sandbox): Promise<readonly McpServer[]> {
  const { ports, mcp } = context;
  const { harness } = agentOf(context);
  for (const message of mcp.notices) await tell(context, `mcp:${message}`, { type: "notice", message });
  const info = ports.harnesses.list().find(({ name }) => name === harness);
  // Whoever works in one that knows no such servers has the tembo command, so nothing is missing.
  const takesOwn = info?.capabilities.mcpTransports.includes("stdio") === true;
  return takesOwn ? [ownServer(sandbox), ...mcp.servers] : mcp.servers;
}

/** Told all that it needs: harnesses hand their servers little of their own environment. */
function ownServer({ tools }: Sandbox): McpServer {
  return {
    transport: "stdio",
    name: "tembo",
    argv: [tools.program, "mcp"],
    env: { TEMBO_TOOLS_URL: tools.url },
  };
}
