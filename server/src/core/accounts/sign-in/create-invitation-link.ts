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
 * Creates an invitation link for a membership of the organization: the membership that an admin created for the
 * address, or a new membership. Throws `invalid_input` if the address contains a NUL character. Throws `conflict` if a
 * person has already joined with the address and owns the account, or if the organization has too many members.
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
      throw new AppError("conflict", `${whom.email} has already joined the organization.`);
    if (known === null) await addInvitation(tx, invitation);
    return saveLink(ports, tx, { organizationId, memberId: (known ?? invitation).id });
  });
}

/** Creates a setup link for the first admin of the installation. Returns null if any person has a password. */
export async function createSetUpLink(ports: LinkPorts, organizationId: string): Promise<string | null> {
  if (await ports.store.passwords.isAnySet()) return null;
  const { url } = await ports.store.transaction((tx) =>
    saveLink(ports, tx, { organizationId, memberId: null }),
  );
  return url;
}

/**
 * Creates a link with 256 random bits that is valid for a day, and replaces any earlier link for the same membership.
 * The token is in the URL's fragment, which browsers never send to a server.
 */
async function saveLink(
  { clock, settings }: LinkPorts,
  tx: AccountsTransaction,
  place: Omit<InvitationLink, "expiresAt">,
): Promise<MadeLink> {
  const token = randomBytes(32).toString("base64url");
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + lifeMs);
  await tx.invitationLinks.save({ ...place, expiresAt }, hashToken(token), now);
  return { url: `${settings.publicUrl}/welcome#${token}`, expiresAt };
}
