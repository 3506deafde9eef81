import type { Repository, Tembo } from "@tembo-io/sdk";
import { allPages } from "../../pages.ts";

/** The connected repository called `owner/name`, in whichever case, of the enabled ones unless told; null when there is none. */
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
