import type { McpServer } from "../../access/index.ts";
import { appendEvent } from "../../sessions/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { agentOf, type TurnContext, type WorkContext } from "../turn/turn-context.ts";

/** Appends a notice for each MCP connection that is omitted. */
export async function noteOmittedServers(context: TurnContext): Promise<void> {
  for (const message of context.mcp.notices)
    await appendEvent(context, `mcp:${message}`, { type: "notice", message });
}

/** Returns the session's own tools, and the MCP connections of the session and the message. */
export function mcpServersOf(context: WorkContext, sandbox: Sandbox): readonly McpServer[] {
  const { ports, mcp } = context;
  const { harness } = agentOf(context);
  const transports = ports.harnesses.list().find(({ name }) => name === harness)?.capabilities.mcpTransports;
  const own = ownServer(sandbox, transports ?? []);
  return own === null ? mcp.servers : [own, ...mcp.servers];
}

/**
 * Returns the MCP server for the session's own tools. Uses HTTP if the harness supports it, so that no extra program
 * starts with each conversation. A stdio server receives its settings in `env`, because harnesses pass on little of
 * their own environment. Returns null if the harness supports neither, in which case the agent can still use the
 * `tembo` command.
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
