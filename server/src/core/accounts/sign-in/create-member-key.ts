import { AppError, newId } from "../../base/index.ts";
import type { ApiKey } from "../api-key/api-key.ts";
import { createApiKey } from "../api-key/create-api-key.ts";
import { requireAdmin } from "../member/actor.ts";
import { getMember } from "../member/get-member.ts";
import type { Member } from "../member/member.ts";
import { type AccountActor, requireConfirmed } from "../member/require-own-account.ts";
import type { AccountsPorts, AccountsTransaction } from "../ports.ts";

interface MadeKey {
  readonly key: ApiKey;
  readonly token: string;
}
type KeyPorts = Pick<AccountsPorts, "store" | "clock">;

/**
 * Creates an API key, in one of two cases:
 * - A person creates a key for themselves.
 * - An admin creates a key for an invited person, whose account the organization then manages, or for an account that
 *   the organization already manages. An admin cannot create a key for an account that a person owns.
 *
 * A key for an organization other than that of the actor's credential requires a sign-in with a recent password entry.
 * Throws the errors of `requireConfirmed` and `createApiKey`. Also throws `not_found` if the actor is not in the
 * organization or the member does not exist, `forbidden` if the actor may not create the key, or `conflict` if the
 * invited person joined or was removed in the meantime.
 */
export async function createMemberKey(
  ports: KeyPorts,
  actor: AccountActor,
  wanted: {
    readonly name: string | null;
    /** Member to create the key for, or null for the actor. */
    readonly memberId: string | null;
    /** The key's organization, or null for the organization of the actor's credential. */
    readonly organizationId: string | null;
  },
): Promise<MadeKey> {
  const organizationId = wanted.organizationId?.toLowerCase() ?? actor.organizationId;
  const own = await ports.store.members.ofUser(organizationId, actor.userId);
  if (own === null) throw new AppError("not_found", `Organization ${organizationId} was not found.`);
  if (organizationId !== actor.organizationId) requireConfirmed(ports, actor);
  const { name } = wanted;
  const member =
    wanted.memberId === null ? own : await getMember(ports.store, organizationId, wanted.memberId);
  if (member.id === own.id) return createApiKey(ports, { organizationId, userId: actor.userId, name });
  requireAdmin(own, "create API keys for other people");
  return createKeyFor(ports, member, name);
}

async function createKeyFor(ports: KeyPorts, member: Member, name: string | null): Promise<MadeKey> {
  const { organizationId } = member;
  if (member.userId !== null) {
    const { userId } = member;
    return createApiKey(ports, { organizationId, userId, name }, (tx) => requireManaged(tx, member));
  }
  const userId = newId();
  return createApiKey(ports, { organizationId, userId, name }, (tx) => join(ports, tx, { member, userId }));
}

/**
 * Requires an account that the organization may create keys for. Runs in the transaction that creates the key. If the
 * person uses an invitation link at the same time, either this check fails or the link revokes the new key.
 */
async function requireManaged(tx: AccountsTransaction, { organizationId, id }: Member): Promise<void> {
  const { isManaged } = await getMember(tx, organizationId, id);
  if (isManaged) return;
  throw new AppError(
    "forbidden",
    "The owner of this account creates their own API keys. You can revoke these keys, sign the person out or remove the person.",
  );
}

async function join(
  { clock }: Pick<AccountsPorts, "clock">,
  tx: AccountsTransaction,
  { member, userId }: { readonly member: Member; readonly userId: string },
): Promise<void> {
  const at = clock.now();
  await tx.users.insert({
    id: userId,
    email: member.email,
    name: null,
    onboarding: null,
    settings: {},
    createdAt: at,
    updatedAt: at,
  });
  await tx.users.setManagedBy(userId, member.organizationId);
  await tx.members.join(member.id, userId);
  await tx.members.verifyEmail(member.id, member.email);
  const joined = await tx.members.find(member.organizationId, member.id);
  if (joined?.userId !== userId)
    throw new AppError(
      "conflict",
      `${member.email} has joined or was removed in the meantime. Reload the member list.`,
    );
}
