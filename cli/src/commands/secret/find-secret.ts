import type { OrganizationSecret, Tembo } from "@tembo-io/sdk";
import { MissingError } from "../../failure.ts";
import { ownOrganization } from "../../own-organization.ts";
import { allPages } from "../../pages.ts";

/** Returns the secret with this key, or null if there is none. */
export async function findSecret(
  client: Tembo,
  organizationId: string,
  key: string,
): Promise<OrganizationSecret | null> {
  const found = await allPages((cursor) =>
    client.organizations.secrets.list(organizationId, { search: key, cursor, limit: 100 }),
  );
  return found.find((secret) => secret.key === key) ?? null;
}

export async function requireSecret(
  client: Tembo,
  key: string,
): Promise<{ readonly organizationId: string; readonly secret: OrganizationSecret }> {
  const organizationId = await ownOrganization(client);
  const secret = await findSecret(client, organizationId, key);
  if (secret !== null) return { organizationId, secret };
  throw new MissingError(
    `Secret ${JSON.stringify(key)} was not found.`,
    '"tembo secret list" lists secrets.',
  );
}
