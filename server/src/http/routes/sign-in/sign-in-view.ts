import type { SignInList } from "@tembo/contract";
import type { SignIn } from "../../../core/accounts/index.ts";

/** Returns the view of a sign-in. `apiKeyId` is the caller's key or sign-in. */
export function signInView(
  { id, createdAt, lastUsedAt, userAgent, address, madeByKeyId }: SignIn,
  { apiKeyId }: { readonly apiKeyId: string },
): SignInList["items"][number] {
  return {
    id,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    userAgent,
    address,
    isCurrent: id === apiKeyId,
    apiKeyId: madeByKeyId,
  };
}
