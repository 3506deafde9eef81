import type { Vault } from "../../base/index.ts";
import type { AccountsStore } from "../ports.ts";
import { decideJoin, type JoinFacts, type JoinRefusal } from "./decide-join.ts";
import type { JoinToken } from "./join-token.ts";

export interface JoinRequest extends Omit<JoinFacts, "token"> {
  readonly tokenId: string;
  /** Name of the machine, for the audit log. */
  readonly host: string;
}

/** Uses up the token for this request, and records the event. Returns the token, or the reason of a refusal. */
export function useJoinToken(
  { store, vault }: { readonly store: AccountsStore; readonly vault: Pick<Vault, "isSigned"> },
  { tokenId, host, ...facts }: JoinRequest,
): Promise<JoinToken | JoinRefusal> {
  return store.transaction(async (tx) => {
    const token = await tx.joinTokens.lock(tokenId);
    const refusal = decideJoin(vault, { ...facts, token });
    if (refusal !== null) return refusal;
    await tx.joinTokens.setUsed(tokenId, facts.requestId, facts.now);
    const first = await tx.organizations.findFirst();
    if (first !== null && token!.usedAt === null)
      await tx.audit.record({
        organizationId: first.id,
        action: "worker.joined",
        object: { kind: "worker", id: tokenId, name: host },
      });
    return token!;
  });
}
