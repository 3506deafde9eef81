import { AppError, newId, refuseNul } from "../../base/index.ts";
import type { Actor } from "../member/actor.ts";
import type { AccountsPorts } from "../ports.ts";
import { noReplyAddress } from "../user/user.ts";
import { getOrganization } from "./get-organization.ts";
import type { Organization } from "./organization.ts";

/** Maximum number of organizations per person. */
const maxOrganizations = 100;

/**
 * Creates an organization with the actor as its first admin. Throws `invalid_input` if the name contains a NUL
 * character, or `conflict` if the slug is taken or the actor is in too many organizations.
 */
export async function createOrganization(
  { store, clock }: Pick<AccountsPorts, "store" | "clock">,
  { userId }: Actor,
  { name, slug }: Pick<Organization, "name" | "slug">,
): Promise<Organization> {
  refuseNul("name", name);
  const at = clock.now();
  const ids = { organization: newId(at.getTime()), member: newId(at.getTime()) };
  return store.transaction(async (tx) => {
    const places = (await tx.members.allOfUser(userId)).filter(({ id }) => id !== ids.member);
    if (places.length >= maxOrganizations)
      throw new AppError(
        "conflict",
        `A person can belong to at most ${maxOrganizations} organizations. Leave or delete one first.`,
      );
    await tx.organizations.insert({ id: ids.organization, name, slug });
    await tx.members.insert({
      id: ids.member,
      organizationId: ids.organization,
      userId,
      // Queries return the user's address instead. This column only needs a value.
      email: places[0]?.email ?? noReplyAddress(userId),
      role: "admin",
      createdAt: at,
      updatedAt: at,
    });
    return getOrganization(tx, ids.organization);
  });
}

/**
 * Updates an organization. Throws `invalid_input` if the name contains a NUL character, `not_found` if the organization
 * does not exist, or `conflict` if the slug is taken.
 */
export async function updateOrganization(
  { store }: Pick<AccountsPorts, "store">,
  id: string,
  change: {
    readonly name?: string;
    readonly slug?: string;
    /** Onboarding answers to merge into the stored answers. */
    readonly onboarding: Readonly<Record<string, unknown>>;
  },
): Promise<Organization> {
  refuseNul("name", change.name ?? null);
  return store.transaction(async (tx) => {
    const { name, slug } = await getOrganization(tx, id);
    await tx.organizations.update(id, {
      name: change.name ?? name,
      slug: change.slug ?? slug,
      onboarding: change.onboarding,
    });
    return getOrganization(tx, id);
  });
}
