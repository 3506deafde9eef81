import type { Tembo } from "@tembo-io/sdk";
import { MissingError, UsageError } from "../../failure.ts";
import { isUuid } from "../../options.ts";
import { allPages } from "../../pages.ts";

export const which = "agent name or ID";

/**
 * Returns the ID of the agent with this name. Active agents take precedence over archived ones. Returns a UUID
 * unchanged, without a request. Throws `CommandError` if no agent or several agents have the name.
 */
export async function getAgentId(client: Tembo, named: string): Promise<string> {
  if (isUuid(named)) return named;
  for (const archived of [false, true]) {
    const items = await allPages((cursor) =>
      client.agents.list({ search: named, archived, cursor, limit: 100 }),
    );
    const found = items.filter(({ name }) => name === named);
    if (found.length === 1) return found[0]!.id;
    if (found.length > 1)
      throw new UsageError(
        `${found.length} agents are named ${JSON.stringify(named)}.`,
        `use one of these IDs: ${found.map(({ id }) => id).join(", ")}.`,
      );
  }
  throw new MissingError(`Agent ${JSON.stringify(named)} was not found.`, '"tembo agent list" lists agents.');
}
