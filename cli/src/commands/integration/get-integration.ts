import type { Integration, Tembo } from "@tembo-io/sdk";
import { MissingError, UsageError } from "../../failure.ts";
import { allPages } from "../../pages.ts";

/**
 * Returns the integration with this ID, name or type, in this order of precedence. Ignores case. Throws `CommandError`
 * if none or several match.
 */
export async function getIntegration(client: Tembo, named: string): Promise<Integration> {
  const all = await allPages((cursor) => client.integrations.list({ cursor, limit: 100 }));
  const wanted = named.toLowerCase();
  const byId = all.filter(({ id }) => id.toLowerCase() === wanted);
  const byName = all.filter(({ displayName }) => displayName.toLowerCase() === wanted);
  const byType = all.filter(({ type }) => type === wanted);
  const found = [byId, byName, byType].find((some) => some.length > 0) ?? [];
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const next = '"tembo integration list" lists integrations; use an ID.';
  if (first === undefined)
    throw new MissingError(`Integration ${JSON.stringify(named)} was not found.`, next);
  throw new UsageError(`${found.length} integrations match ${JSON.stringify(named)}.`, next);
}
