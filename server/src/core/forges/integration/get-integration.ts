import { AppError } from "../../base/index.ts";
import type { ForgesQueries } from "../ports.ts";
import type { Integration } from "./integration.ts";

/** Returns an integration. Throws `not_found` if the organization has no such integration. */
export async function getIntegration(
  { store }: { readonly store: Pick<ForgesQueries, "integrations"> },
  organizationId: string,
  id: string,
): Promise<Integration> {
  const integration = await store.integrations.find(organizationId, id);
  if (integration === null) throw new AppError("not_found", `Integration ${id} was not found.`);
  return integration;
}
