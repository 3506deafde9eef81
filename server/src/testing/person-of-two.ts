import { randomBytes, randomUUID } from "node:crypto";
import { hashToken, saveApiKey } from "../core/accounts/api-key/create-api-key.ts";
import { PasswordHasher, type Role } from "../core/accounts/index.ts";
import { createSignIn, type NewSignIn } from "../core/accounts/sign-in/create-sign-in.ts";
import { newId } from "../core/base/index.ts";
import { addPerson, type Person } from "./person.ts";
import type { TestStore } from "./test-store.ts";

/** A user's membership in one organization, and the credentials for it. */
export interface Membership extends Person {
  readonly signIn: NewSignIn;
  /** Another user, who is an admin of only this organization. */
  readonly admin: Person;
}

/** User with a password who belongs to two organizations. The user is a member of the first and an admin of the second. */
export interface PersonOfTwo {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  /** Token of a browser in which the user has entered the password. */
  readonly browserToken: string;
  readonly memberships: readonly [Membership, Membership];
}

/** Adds the user and the two organizations. */
export async function seedPersonOfTwo(it: TestStore): Promise<PersonOfTwo> {
  const { store, clock } = it;
  const [userId, now] = [newId(), clock.now()];
  const email = `${userId}@example.com`;
  const password = "correct horse battery staple";
  const browserToken = randomBytes(32).toString("base64url");
  const dates = { createdAt: now, updatedAt: now };
  await store.users.insert({ id: userId, email, name: "Ada", onboarding: null, settings: {}, ...dates });
  const hash = await new PasswordHasher(2 ** 10).hash(password, { isKnown: true, source: userId });
  await store.passwords.save({ userId, email, hash });
  await store.knownBrowsers.insert(userId, hashToken(browserToken), 20);
  const addMembership = async (role: Role): Promise<Membership> => {
    const organizationId = await it.addOrganization();
    const [memberId, token] = [newId(), `tembo_${randomUUID()}`];
    await store.members.insert({ id: memberId, organizationId, userId, email, role, ...dates });
    const { id: keyId } = await saveApiKey(store, { organizationId, userId, name: null, token, now });
    const signIn = await createSignIn(it, {
      organizationId,
      userId,
      userAgent: null,
      madeByKeyId: null,
      address: null,
    });
    const admin = await addPerson(it, { organizationId, role: "admin" });
    return { organizationId, userId, memberId, keyId, token, signIn, admin };
  };
  const memberships = [await addMembership("member"), await addMembership("admin")] as const;
  return { userId, email, password, browserToken, memberships };
}
