import { AppError } from "../../base/index.ts";
import type { AccountsQueries } from "../ports.ts";
import type { Organization } from "./organization.ts";

/** Returns an organization, even if it was deleted. Throws `not_found` if no organization has the ID. */
export async function getOrganization(
  queries: Pick<AccountsQueries, "organizations">,
  id: string,
): Promise<Organization> {
  const organization = await queries.organizations.find(id);
  if (organization !== null) return organization;
  throw new AppError("not_found", `Organization ${id} was not found.`);
}
