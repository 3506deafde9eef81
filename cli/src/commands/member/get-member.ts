import type { OrganizationMember, Tembo } from "@tembo-io/sdk";
import { MissingError } from "../../failure.ts";
import { ownOrganization } from "../../own-organization.ts";
import { allPages } from "../../pages.ts";

/**
 * Returns the member or invitation with this email address, ID or user ID. Members take precedence. Throws
 * `CommandError` if there is none.
 */
export async function getMember(
  client: Tembo,
  named: string,
): Promise<{ readonly organizationId: string; readonly member: OrganizationMember }> {
  const organizationId = await ownOrganization(client);
  const wanted = named.toLowerCase();
  for (const status of ["active", "pending"] as const) {
    const found = await allPages((cursor) =>
      client.organizations.members.list(organizationId, { status, cursor, limit: 100 }),
    );
    const member = found.find(({ id, userId, emailAddress }) =>
      [id, userId, emailAddress.toLowerCase()].includes(wanted),
    );
    if (member !== undefined) return { organizationId, member };
  }
  throw new MissingError(
    `Member ${JSON.stringify(named)} was not found.`,
    '"tembo member list" lists members; add --pending to list invitations.',
  );
}
