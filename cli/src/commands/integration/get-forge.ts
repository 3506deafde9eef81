import type { ForgeDescriptor, Tembo } from "@tembo-io/sdk";
import { MissingError } from "../../failure.ts";

export interface FoundForge {
  /** Name of the forge in the API. */
  readonly name: string;
  readonly descriptor: ForgeDescriptor;
}

/** Returns the forges that the server can connect to. */
async function listForges(client: Tembo): Promise<readonly FoundForge[]> {
  const { items } = await client.integrations.providers({ limit: 100 });
  return items.flatMap(({ integrationType, forge }) =>
    forge === undefined ? [] : [{ name: integrationType, descriptor: forge }],
  );
}

/** Returns the forge with this name. If there is none, throws a `CommandError` that lists the supported forges. */
export async function getForge(client: Tembo, named: string): Promise<FoundForge> {
  const all = await listForges(client);
  const found = all.find(({ name }) => name === named);
  if (found !== undefined) return found;
  throw new MissingError(
    `The server does not support the forge ${JSON.stringify(named)}.`,
    `use one of: ${all.map(({ name }) => name).join(", ")}.`,
  );
}
