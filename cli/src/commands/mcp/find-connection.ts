import type { Tembo } from "@tembo-io/sdk";
import { MissingError } from "../../failure.ts";
import { allPages } from "../../pages.ts";

/** Returns the ID of the MCP connection with this name or ID. Throws `CommandError` if there is none. */
export async function connectionId(client: Tembo, named: string): Promise<string> {
  const all = await allPages((cursor) => client.mcpConnections.list({ cursor, limit: 100 }));
  const found = all.find(({ id, name }) => name === named || id === named);
  if (found !== undefined) return found.id;
  throw new MissingError(
    `MCP server ${JSON.stringify(named)} was not found.`,
    '"tembo mcp list" lists MCP servers.',
  );
}
