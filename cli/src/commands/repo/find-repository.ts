import type { Repository, Tembo } from "@tembo-io/sdk";
import { MissingError } from "../../failure.ts";
import { allPages } from "../../pages.ts";

/**
 * Returns the connected repository `owner/name` (case-insensitive), or null if there is none. Searches only enabled
 * repositories by default.
 */
export async function findRepository(
  client: Tembo,
  fullName: string,
  options: { readonly enabled?: "all" } = {},
): Promise<Repository | null> {
  const wanted = fullName.toLowerCase();
  const search = fullName.slice(fullName.lastIndexOf("/") + 1);
  const found = await allPages((cursor) =>
    client.repositories.list({ search, cursor, limit: 100, ...options }),
  );
  return found.find(({ owner, name }) => `${owner}/${name}`.toLowerCase() === wanted) ?? null;
}

/** Returns the enabled repository `owner/name` (case-insensitive). Throws `CommandError` if there is none. */
export async function requireRepository(client: Tembo, fullName: string): Promise<Repository> {
  const repository = await findRepository(client, fullName);
  if (repository !== null) return repository;
  throw new MissingError(
    `Repository ${JSON.stringify(fullName)} was not found.`,
    '"tembo repo list" lists repositories. "tembo repo add PATH" adds one.',
  );
}
