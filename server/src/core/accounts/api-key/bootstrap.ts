import { createFirstMember } from "../member/first-member.ts";
import type { AccountsPorts } from "../ports.ts";
import { createApiKey, hashToken, saveApiKey } from "./create-api-key.ts";

/**
 * Fixed ID, so that a server and a worker that start at the same time on an empty database create the same
 * organization.
 */
const FIRST_ORGANIZATION_ID = "00000000-0000-7000-8000-000000000001";
const FIRST_IDS = {
  user: "00000000-0000-7000-8000-000000000002",
  member: "00000000-0000-7000-8000-000000000003",
};

type BootstrapPorts = Pick<AccountsPorts, "store" | "clock" | "log">;

/**
 * Ensures that the first organization exists and has an admin. Saves a given token as an API key, and revokes the key
 * with the previously given token and its sign-ins. A revoked token stays revoked, and causes a warning in the log. If
 * no token is given and the database has no organization, creates a key. `newToken` is the token of that key, or null
 * if no key was created.
 */
export async function bootstrap(
  ports: BootstrapPorts,
  givenToken: string | null,
): Promise<{ readonly organizationId: string; readonly newToken: string | null }> {
  const existing = await ports.store.organizations.findFirst();
  const organizationId = existing?.id ?? FIRST_ORGANIZATION_ID;
  if (existing === null) await ports.store.organizations.insert({ id: organizationId, name: "Default" });
  const userId = await firstAdmin(ports, organizationId);
  if (givenToken !== null) {
    await useGivenToken(ports, { organizationId, userId }, givenToken);
    return { organizationId, newToken: null };
  }
  if (existing !== null) return { organizationId, newToken: null };
  const { token } = await createApiKey(ports, { organizationId, userId, name: "first key" });
  return { organizationId, newToken: token };
}

/** Returns the user ID of the oldest admin. Creates an admin if there is none. */
async function firstAdmin(ports: BootstrapPorts, organizationId: string): Promise<string> {
  const [admin] = await ports.store.members.admins(organizationId);
  return admin?.userId ?? createFirstMember(ports, organizationId, FIRST_IDS);
}

async function useGivenToken(
  { store, clock, log }: BootstrapPorts,
  owner: { readonly organizationId: string; readonly userId: string },
  token: string,
): Promise<void> {
  const isGood = await store.transaction(async (tx) => {
    // The lock serializes processes that start at the same time.
    await tx.organizations.lock(owner.organizationId);
    const makeBootstrap = () => tx.apiKeys.makeBootstrap(owner.organizationId, hashToken(token));
    if (await makeBootstrap()) return true;
    if (await tx.apiKeys.isKnown(hashToken(token))) return false;
    await saveApiKey(tx, { ...owner, name: "bootstrap", token, now: clock.now() });
    return makeBootstrap();
  });
  if (isGood) return;
  log.warn(
    {},
    "TEMBO_BOOTSTRAP_API_KEY has no effect, because its key was revoked or belongs to another organization; choose a new value, or unset it",
  );
}
