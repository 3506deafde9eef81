import { newId } from "../ids.ts";
import type { Ports } from "../ports/index.ts";
import { createApiKey, hashToken, saveApiKey } from "./create-api-key.ts";

/**
 * Readies the first organization and its first key. A given token is made valid (again) on every start;
 * without one, a key is made on the very first start. Returns a token that was made here, to be shown once.
 */
export async function bootstrap(
  ports: Pick<Ports, "store" | "clock">,
  givenToken: string | null,
): Promise<{ readonly organizationId: string; readonly newToken: string | null }> {
  const existing = await ports.store.organizations.findFirst();
  const organizationId = existing?.id ?? newId();
  if (existing === null) await ports.store.organizations.insert({ id: organizationId, name: "Default" });
  if (givenToken !== null) {
    const known = await ports.store.apiKeys.findByTokenHash(hashToken(givenToken));
    if (known === null) {
      await saveApiKey(ports.store, {
        organizationId,
        name: "bootstrap",
        token: givenToken,
        now: ports.clock.now(),
      });
    }
    return { organizationId, newToken: null };
  }
  if (existing !== null) return { organizationId, newToken: null };
  const { token } = await createApiKey(ports, organizationId, "first key");
  return { organizationId, newToken: token };
}
