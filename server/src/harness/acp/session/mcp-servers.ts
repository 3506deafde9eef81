import type { McpCapabilities, McpServer as ProtocolServer } from "@agentclientprotocol/sdk/unstable";
import type { McpServer } from "../../../core/access/index.ts";
import { cutTo } from "../updates/bounds.ts";

const maxReportedChars = 300;

/**
 * Returns the servers in ACP format. Omits servers whose transport the harness does not support, and lists them in `notice`, which is null if
 * there are none.
 */
export function reachableServers(
  {
    displayName,
    mcpServers,
    mcpTransports,
  }: {
    readonly displayName: string;
    readonly mcpServers: readonly McpServer[];
    readonly mcpTransports: readonly McpServer["transport"][];
  },
  supported: McpCapabilities | null | undefined,
): { readonly servers: ProtocolServer[]; readonly notice: string | null } {
  // The protocol requires stdio, so harnesses do not announce it.
  const isReachable = ({ transport }: McpServer) =>
    mcpTransports.includes(transport) && (transport === "stdio" || supported?.[transport] === true);
  const left = mcpServers.filter((server) => !isReachable(server));
  const names = left.map(({ name, transport }) => `${name} (${transport})`).join(", ");
  return {
    servers: mcpServers.filter(isReachable).map(protocolServer),
    notice:
      left.length === 0
        ? null
        : `${displayName} does not support the transport of these MCP servers, so they are not available: ${cutTo(maxReportedChars, names)}.`,
  };
}

function protocolServer(server: McpServer): ProtocolServer {
  if (server.transport === "stdio") {
    const [command, ...args] = server.argv;
    return { name: server.name, command, args, env: pairs(server.env) };
  }
  return { type: server.transport, name: server.name, url: server.url, headers: pairs(server.headers) };
}

function pairs(values: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
