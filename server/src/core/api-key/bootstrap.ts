import { AppError } from "../errors.ts";
import type { Ports } from "../ports/index.ts";
import { createApiKey, hashToken, saveApiKey } from "./create-api-key.ts";

/** The same for all, so that a server and a worker that start at once on an empty database make one organization. */
const FIRST_ORGANIZATION_ID = "00000000-0000-7000-8000-000000000001";

/**
 * Readies the first organization and its first key. A given token is made valid (again) on every start;
 * without one, a key is made on the very first start. Returns a token that was made here, to be shown once.
 */
export async function bootstrap(
  ports: Pick<Ports, "store" | "clock">,
  givenToken: string | null,
): Promise<{ readonly organizationId: string; readonly newToken: string | null }> {
  const existing = await ports.store.organizations.findFirst();
  const organizationId = existing?.id ?? FIRST_ORGANIZATION_ID;
  if (existing === null) await ports.store.organizations.insert({ id: organizationId, name: "Default" });
  if (givenToken !== null) {
    await makeValid(ports, organizationId, givenToken);
    return { organizationId, newToken: null };
  }
  if (existing !== null) return { organizationId, newToken: null };
  const { token } = await createApiKey(ports, organizationId, "first key");
  return { organizationId, newToken: token };
}

async function makeValid(
  ports: Pick<Ports, "store" | "clock">,
  organizationId: string,
  token: string,
): Promise<void> {
  const isKnown = async () => (await ports.store.apiKeys.findByTokenHash(hashToken(token))) !== null;
  if (await isKnown()) return;
  try {
    await saveApiKey(ports.store, { organizationId, name: "bootstrap", token, now: ports.clock.now() });
  } catch (cause) {
    const isConflict = cause instanceof AppError && cause.code === "conflict";
    // Another process that starts at the same time was quicker.
    if (!isConflict || !(await isKnown())) throw cause;
  }
}
