import type { ApiKey } from "../api-key/api-key.ts";
import { createApiKey } from "../api-key/create-api-key.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Ports } from "../ports/index.ts";
import type { Transaction } from "../ports/store/store.ts";
import { type Actor, requireAdmin } from "./actor.ts";
import { findMember } from "./find-member.ts";
import type { Member } from "./member.ts";

/**
 * Makes a key for the person themselves, or by an admin for another, in an organization that the person is of. Who was invited becomes a
 * person with it. Throws `not_found`, `forbidden`, `invalid_input` when there are too many.
 */
export async function createMemberKey(
  ports: Pick<Ports, "store" | "clock">,
  actor: Actor,
  wanted: {
    readonly name: string | null;
    /** Null for the actor's own. */
    readonly memberId: string | null;
    /** Null for the one of the actor's key. */
    readonly organizationId: string | null;
  },
): Promise<{ readonly key: ApiKey; readonly token: string }> {
  const organizationId = wanted.organizationId?.toLowerCase() ?? actor.organizationId;
  const own = await ports.store.members.ofUser(organizationId, actor.userId);
  if (own === null) throw new AppError("not_found", `There is no organization ${organizationId}.`);
  const { name } = wanted;
  const member =
    wanted.memberId === null ? own : await findMember(ports.store, organizationId, wanted.memberId);
  if (member.id !== own.id) requireAdmin(own, "make API keys for others");
  if (member.userId !== null) return createApiKey(ports, { organizationId, userId: member.userId, name });
  const userId = newId();
  return createApiKey(ports, { organizationId, userId, name }, (tx) => join(ports, tx, { member, userId }));
}

async function join(
  { clock }: Pick<Ports, "clock">,
  tx: Transaction,
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
  await tx.members.join(member.id, userId);
  const joined = await tx.members.find(member.organizationId, member.id);
  if (joined?.userId !== userId)
    throw new AppError("conflict", `${member.email} has joined, or was removed, just now; look again.`);
}
