import { AppError } from "../errors.ts";
import { createFirstMember } from "../member/first-member.ts";
import type { Ports } from "../ports/index.ts";
import { createApiKey, hashToken, saveApiKey } from "./create-api-key.ts";

/** The same for all, so that a server and a worker that start at once on an empty database make one organization. */
const FIRST_ORGANIZATION_ID = "00000000-0000-7000-8000-000000000001";
const FIRST_IDS = {
  user: "00000000-0000-7000-8000-000000000002",
  member: "00000000-0000-7000-8000-000000000003",
};

/**
 * Readies the first organization with its first person, who is an admin, and their first key. A given token is made valid (again) on every start;
 * without one, a key is made on the very first start. Returns a token that was made here, to be shown once.
 */
export async function bootstrap(
  ports: Pick<Ports, "store" | "clock">,
  givenToken: string | null,
): Promise<{ readonly organizationId: string; readonly newToken: string | null }> {
  const existing = await ports.store.organizations.findFirst();
  const organizationId = existing?.id ?? FIRST_ORGANIZATION_ID;
  if (existing === null) await ports.store.organizations.insert({ id: organizationId, name: "Default" });
  const userId = await firstAdmin(ports, organizationId);
  if (givenToken !== null) {
    await makeValid(ports, { organizationId, userId }, givenToken);
    return { organizationId, newToken: null };
  }
  if (existing !== null) return { organizationId, newToken: null };
  const { token } = await createApiKey(ports, { organizationId, userId, name: "first key" });
  return { organizationId, newToken: token };
}

/** The oldest; one is made where there is none. */
async function firstAdmin(ports: Pick<Ports, "store" | "clock">, organizationId: string): Promise<string> {
  const [admin] = await ports.store.members.admins(organizationId);
  return admin?.userId ?? createFirstMember(ports, organizationId, FIRST_IDS);
}

async function makeValid(
  ports: Pick<Ports, "store" | "clock">,
  owner: { readonly organizationId: string; readonly userId: string },
  token: string,
): Promise<void> {
  const isKnown = async () => (await ports.store.apiKeys.findByTokenHash("key", hashToken(token))) !== null;
  if (await isKnown()) return;
  try {
    await saveApiKey(ports.store, { ...owner, name: "bootstrap", token, now: ports.clock.now() });
  } catch (cause) {
    const isConflict = cause instanceof AppError && cause.code === "conflict";
    // Another process that starts at the same time was quicker.
    if (!isConflict || !(await isKnown())) throw cause;
  }
}
