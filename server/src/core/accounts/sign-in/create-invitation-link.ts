import { randomBytes } from "node:crypto";
import { AppError } from "../../base/index.ts";
import { hashToken } from "../api-key/create-api-key.ts";
import { addInvitation, newInvitation } from "../member/change-members.ts";
import type { Member } from "../member/member.ts";
import type { AccountsPorts, AccountsTransaction } from "../ports.ts";
import type { InvitationLink } from "./invitation-link-store.ts";

const lifeMs = 24 * 60 * 60_000;

type LinkPorts = Pick<AccountsPorts, "store" | "clock" | "settings">;
interface MadeLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/**
 * Makes a link that invites to one place of the organization: the one that an admin made for the address before, or a new one. Throws
 * `conflict` when a person has joined with it whose account is their own, or there are too many people.
 */
export function inviteByLink(
  ports: LinkPorts,
  organizationId: string,
  whom: Pick<Member, "email" | "role">,
): Promise<MadeLink> {
  const invitation = newInvitation(ports, organizationId, whom);
  return ports.store.transaction(async (tx) => {
    await tx.organizations.lock(organizationId);
    const known = await tx.members.invitedAs(organizationId, whom.email);
    if (known !== null && known.userId !== null && !known.isManaged)
      throw new AppError("conflict", `Somebody has joined as ${whom.email} already.`);
    if (known === null) await addInvitation(tx, invitation);
    return saveLink(ports, tx, { organizationId, memberId: (known ?? invitation).id });
  });
}

/** While nobody has a password: a link for the installation's first admin. */
export async function createSetUpLink(ports: LinkPorts, organizationId: string): Promise<string | null> {
  if (await ports.store.passwords.isAnySet()) return null;
  const { url } = await ports.store.transaction((tx) =>
    saveLink(ports, tx, { organizationId, memberId: null }),
  );
  return url;
}

/** A link of 256 random bits for a day, in the place of an earlier one. A browser sends what stands behind the # to nobody. */
async function saveLink(
  { clock, settings }: LinkPorts,
  tx: AccountsTransaction,
  place: Omit<InvitationLink, "expiresAt">,
): Promise<MadeLink> {
  const token = randomBytes(32).toString("base64url");
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + lifeMs);
  await tx.welcomeLinks.save({ ...place, expiresAt }, hashToken(token), now);
  return { url: `${settings.publicUrl}/welcome#${token}`, expiresAt };
}
