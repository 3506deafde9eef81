import { randomUUID } from "node:crypto";
import { saveApiKey } from "../core/accounts/api-key/create-api-key.ts";
import type { Role } from "../core/accounts/index.ts";
import { newId } from "../core/base/index.ts";
import type { TestStore } from "./test-store.ts";

/** Member of an organization, with an API key. */
export interface Person {
  readonly organizationId: string;
  readonly userId: string;
  readonly memberId: string;
  readonly keyId: string;
  readonly token: string;
}

type PersonStore = Pick<TestStore, "store" | "clock" | "organizationId">;

/** Adds a user with an API key, by default as a regular member of the store's organization. */
export async function addPerson(
  { store, clock, organizationId: own }: PersonStore,
  { organizationId = own, role = "member" }: { readonly organizationId?: string; readonly role?: Role } = {},
): Promise<Person> {
  const [userId, memberId, token, now] = [newId(), newId(), `tembo_${randomUUID()}`, clock.now()];
  const email = `${userId}@example.com`;
  const dates = { createdAt: now, updatedAt: now };
  await store.transaction(async (tx) => {
    await tx.users.insert({ id: userId, email, name: null, onboarding: null, settings: {}, ...dates });
    await tx.members.insert({ id: memberId, organizationId, userId, email, role, ...dates });
  });
  const { id: keyId } = await saveApiKey(store, { organizationId, userId, name: null, token, now });
  return { organizationId, userId, memberId, keyId, token };
}

/** Adds a second organization, with an admin who belongs to no other organization. */
export async function addSecondOrganization(store: TestStore): Promise<Person> {
  return addPerson(store, { organizationId: await store.addOrganization(), role: "admin" });
}
