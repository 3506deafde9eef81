import type { Clock, Vault } from "../../base/index.ts";
import type { AccountsStore } from "../ports.ts";
import { signJoinToken } from "./decide-join.ts";

/** Stores a token that a machine can use once until `lifetimeMs` have passed. Returns the time at which it expires. */
export async function createJoinToken(
  { store, vault, clock }: { readonly store: AccountsStore; readonly vault: Vault; readonly clock: Clock },
  token: { readonly id: string; readonly proofHash: Buffer; readonly publicKey: Buffer },
  lifetimeMs: number,
): Promise<Date> {
  const createdAt = clock.now();
  const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
  const fields = { ...token, createdAt, expiresAt };
  const signature = signJoinToken(vault, fields);
  await store.transaction(async (tx) => {
    await tx.joinTokens.insert({ ...fields, signature, usedAt: null, usedBy: null });
    const first = await tx.organizations.findFirst();
    if (first !== null)
      await tx.audit.record({
        organizationId: first.id,
        action: "joinToken.created",
        object: { kind: "joinToken", id: token.id, name: null },
        details: { expiresAt: expiresAt.toISOString() },
      });
  });
  return expiresAt;
}
