import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { overlap } from "../../../testing/race.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import { createApiKey, maxApiKeys } from "../api-key/create-api-key.ts";
import { getApiKey, revokeApiKey } from "../api-key/own-api-key.ts";
import { createOrganization } from "../organization/change-organization.ts";
import { acceptInvitation } from "../sign-in/accept-invitation.ts";
import { createSetUpLink } from "../sign-in/create-invitation-link.ts";
import { createMemberKey } from "../sign-in/create-member-key.ts";
import { PasswordHasher } from "../sign-in/password-hasher.ts";
import { deleteUser, updateUser, updateUserSettings } from "../user/change-user.ts";
import { getSelf, getUser } from "../user/get-user.ts";
import { authorOfKey } from "../user/person-of-key.ts";
import { changeRole, confirmAddress, inviteMember, removeMember } from "./change-members.ts";
import type { AccountActor } from "./require-own-account.ts";

let t: TestStore;
let admin: AccountActor;
const drops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  const opened = await openTestStore();
  drops.push(() => opened.drop());
  t = opened;
  admin = { organizationId: t.organizationId, userId: t.userId, role: "admin", ...withKey };
});
after(() => Promise.all(drops.map((drop) => drop())));

const withKey = { kind: "key", confirmedAt: null } as const;
const forKey = { name: null, memberId: null, organizationId: null };

/** Returns the same person, signed in with a password that they have just entered. */
const signedIn = (actor: AccountActor): AccountActor => ({
  ...actor,
  kind: "signIn",
  confirmedAt: t.clock.now(),
});

/** Creates an account that the organization manages, because an admin created its key. */
async function aMember(email: string, role: AccountActor["role"] = "member") {
  const invited = await inviteMember(t, t.organizationId, { email, role });
  const { key } = await createMemberKey(t, admin, { ...forKey, memberId: invited.id });
  const actor: AccountActor = { organizationId: t.organizationId, userId: key.userId, role, ...withKey };
  return { invited, key, actor };
}

const adminPlace = async () => ({
  organizationId: t.organizationId,
  id: (await t.store.members.ofUser(t.organizationId, t.userId))!.id,
});

test("creates a separate user when an invited member gets their first key", async () => {
  const invited = await inviteMember(t, t.organizationId, { email: "ada@example.com", role: "member" });
  assert.equal((await t.store.members.find(t.organizationId, invited.id))?.userId, null);
  await assert.rejects(inviteMember(t, t.organizationId, { email: "ADA@example.com", role: "admin" }), {
    code: "conflict",
  });
  const { key } = await createMemberKey(t, admin, { ...forKey, memberId: invited.id });
  const second = await createMemberKey(t, admin, { ...forKey, memberId: invited.id });
  assert.equal(key.userId, second.key.userId);
  assert.notEqual(key.userId, t.userId);
  const found = await t.store.members.find(t.organizationId, invited.id);
  assert.deepEqual([found?.userId, found?.email], [key.userId, "ada@example.com"]);
});

test("treats the same unverified email in another organization as a different user", async () => {
  const other = await createOrganization(t, admin, { name: "Other", slug: null });
  const here = await aMember("ada@example.com");
  const invited = await inviteMember(t, other.id, { email: "ada@example.com", role: "member" });
  const { key } = await createMemberKey(t, signedIn(admin), {
    ...forKey,
    organizationId: other.id,
    memberId: invited.id,
  });
  assert.notEqual(key.userId, here.key.userId);
  await assert.rejects(createMemberKey(t, signedIn(here.actor), { ...forKey, organizationId: other.id }), {
    code: "not_found",
  });
});

test("lets members create their own keys, but not create, read or revoke other members' keys", async () => {
  const { actor, key } = await aMember("ada@example.com");
  const place = await adminPlace();
  const own = await createMemberKey(t, actor, forKey);
  assert.equal(own.key.userId, actor.userId);
  await assert.rejects(createMemberKey(t, actor, { ...forKey, memberId: place.id }), { code: "forbidden" });
  const admins = await createMemberKey(t, admin, forKey);
  await assert.rejects(getApiKey(t.store, actor, admins.key.id), { code: "forbidden" });
  await assert.rejects(revokeApiKey(t.store, actor, admins.key.id), { code: "forbidden" });
  await assert.rejects(getApiKey(t.store, actor, newId()), { code: "not_found" });
  assert.equal((await getApiKey(t.store, admin, key.id)).id, key.id);
  await revokeApiKey(t.store, actor, own.key.id);
});

test("limits a person to ten keys per organization, even when the keys are created concurrently", async () => {
  const make = () => createApiKey(t, { organizationId: t.organizationId, userId: t.userId, name: null });
  const made = await Promise.allSettled(Array.from({ length: maxApiKeys + 2 }, make));
  assert.equal(made.filter(({ status }) => status === "fulfilled").length, maxApiKeys);
  await assert.rejects(make(), { code: "invalid_input", message: /at most 10/ });
  await aMember("ada@example.com");
  const { items } = await t.store.apiKeys.list(t.organizationId, { limit: 1, userId: t.userId });
  await revokeApiKey(t.store, admin, items[0]!.id);
  await make();
});

test("rejects removing, demoting or deleting the last admin, even concurrently", async () => {
  const place = await adminPlace();
  const conflict = { code: "conflict", message: /last admin/ };
  await assert.rejects(removeMember(t, place), conflict);
  await assert.rejects(changeRole(t, place, "member"), conflict);
  await assert.rejects(deleteUser(t, admin, t.userId), conflict);
  const { invited } = await aMember("ada@example.com", "admin");
  const both = await Promise.allSettled([removeMember(t, place), removeMember(t, invited)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

test("does not count an invited admin as an admin", async () => {
  await inviteMember(t, t.organizationId, { email: "ada@example.com", role: "admin" });
  await assert.rejects(removeMember(t, await adminPlace()), { code: "conflict" });
});

test("removes a member's API keys with the member", async () => {
  const { invited, key } = await aMember("ada@example.com");
  assert.equal((await t.store.apiKeys.find(t.organizationId, key.id))?.id, key.id);
  await removeMember(t, invited);
  assert.equal(await t.store.apiKeys.find(t.organizationId, key.id), null);
  await assert.rejects(removeMember(t, invited), { code: "not_found" });
});

test("lets users change only their own account, and uses their name as the author", async () => {
  const { actor, key } = await aMember("ada@example.com");
  assert.equal((await authorOfKey(t.store, t.organizationId, key.id))?.name, "ada");
  await updateUser(t, actor, actor.userId, { name: "Ada Lovelace" });
  const author = { name: "Ada Lovelace", email: "ada@example.com", login: null, avatarUrl: null };
  assert.deepEqual(await authorOfKey(t.store, t.organizationId, key.id), author);
  assert.equal((await getUser(t.store, admin, actor.userId)).name, "Ada Lovelace");
  await assert.rejects(getSelf(t.store, admin, actor.userId), { code: "forbidden" });
  await assert.rejects(updateUser(t, admin, actor.userId, { name: "Eve" }), { code: "forbidden" });
  await assert.rejects(getUser(t.store, admin, newId()), { code: "not_found" });
  const first = await createMemberKey(t, admin, forKey);
  assert.equal(
    await authorOfKey(t.store, t.organizationId, first.key.id),
    null,
    "a member without a name has no author name",
  );
});

test("merges user settings and limits their size", async () => {
  const set = (settings: Record<string, unknown>) => updateUserSettings(t, admin, t.userId, settings);
  await set({ defaultAgent: "codex:gpt", diffPreferences: { style: "split", overflow: "wrap" } });
  assert.deepEqual(await set({ diffPreferences: { style: "unified" }, defaultAgent: null }), {
    diffPreferences: { style: "unified", overflow: "wrap" },
  });
  await assert.rejects(set({ reviewPreferences: { layout: { x: "x".repeat(300_000) } } }), {
    code: "invalid_input",
  });
});

test("keeps the settings of two concurrent updates", async () => {
  const set = (settings: Record<string, unknown>) => (store: TestStore["store"]) =>
    updateUserSettings({ ...t, store }, admin, t.userId, settings);
  const both = { defaultAgent: "codex:gpt", diffPreferences: { style: "split" } };
  assert.deepEqual(
    await overlap(
      t,
      set({ diffPreferences: both.diffPreferences }),
      set({ defaultAgent: both.defaultAgent }),
    ),
    both,
  );
  assert.deepEqual((await t.store.users.find(t.userId))?.settings, both);
});

test("keeps a new email while the name or the settings change", async () => {
  const rename = (store: TestStore["store"]) => updateUser({ ...t, store }, admin, t.userId, { name: "Ada" });
  const prefer = (store: TestStore["store"]) => updateUserSettings({ ...t, store }, admin, t.userId, {});
  const changes: ((store: TestStore["store"]) => Promise<unknown>)[] = [rename, prefer];
  for (const [index, change] of changes.entries()) {
    const email = `ada-${index}@example.com`;
    await overlap(t, (store) => updateUser({ ...t, store }, admin, t.userId, { email }), change);
    assert.equal((await t.store.users.find(t.userId))?.email, email);
  }
});

test("does not restore the data of a user who is deleted during an update", async () => {
  const { actor } = await aMember("ada@example.com");
  const id = actor.userId;
  const known = (await t.store.users.find(id))!;
  await assert.rejects(
    overlap(
      t,
      (store) => deleteUser({ ...t, store }, actor, id),
      (store) => updateUser({ ...t, store }, actor, id, { name: "Ada" }),
    ),
    { code: "not_found" },
  );
  await t.store.users.update({ ...known, name: "Ada" });
  const { rows } = await t.database.pool.query("select email, name from users where id = $1", [id]);
  assert.deepEqual(rows, [{ email: null, name: null }]);
});

test("keeps settings that change while the person accepts an invitation", async () => {
  const settings = { publicUrl: "http://127.0.0.1:1" } as Parameters<typeof createSetUpLink>[0]["settings"];
  const token = (await createSetUpLink({ ...t, settings }, t.organizationId))!.split("#")[1]!;
  const hasher = new PasswordHasher(1024);
  await overlap(
    t,
    (store) => updateUserSettings({ ...t, store }, admin, t.userId, { defaultAgent: "codex:gpt" }),
    (store) =>
      acceptInvitation({ ...t, store }, hasher, {
        ...{ token, name: "Ada", email: "ada@example.com", password: "correct horse battery staple" },
      }),
  );
  const user = await t.store.users.find(t.userId);
  assert.deepEqual([user?.name, user?.settings], ["Ada", { defaultAgent: "codex:gpt" }]);
});

test("deletes a user's data and keys when they delete their account, and keeps only the ID", async () => {
  const { actor, key, invited } = await aMember("ada@example.com");
  await deleteUser(t, actor, actor.userId);
  assert.equal(await t.store.users.find(actor.userId), null);
  assert.equal(await t.store.members.find(t.organizationId, invited.id), null);
  assert.equal(await t.store.apiKeys.find(t.organizationId, key.id), null);
  assert.equal(await t.store.apiKeys.userOf(key.id), actor.userId);
  assert.equal(await authorOfKey(t.store, t.organizationId, key.id), null);
  const { rows } = await t.database.pool.query("select email, name from users where id = $1", [actor.userId]);
  assert.deepEqual(rows, [{ email: null, name: null }]);
});

const minutes = 60_000;

test("rejects creating a key for another organization with an API key or an old sign-in", async () => {
  const other = await createOrganization(t, admin, { name: "Other", slug: null });
  const make = (actor: AccountActor) => createMemberKey(t, actor, { ...forKey, organizationId: other.id });
  await assert.rejects(make(admin), { code: "forbidden", message: /only in its own organization/ });
  const stale = { ...signedIn(admin), confirmedAt: new Date(t.clock.now().getTime() - 10 * minutes) };
  await assert.rejects(make(stale), { code: "confirmation_required", message: /Enter your password/ });
  await assert.rejects(make({ ...stale, confirmedAt: null }), { code: "confirmation_required" });
  const made = await make({ ...stale, confirmedAt: new Date(stale.confirmedAt.getTime() + 1) });
  assert.equal(made.key.organizationId, other.id, "control: a recent confirmation is accepted");
});

test("lets an admin create keys only for accounts managed by their organization", async () => {
  const { invited } = await aMember("bot@example.com");
  await createMemberKey(t, admin, { ...forKey, memberId: invited.id });
  const { id: memberId } = await adminPlace();
  const eve = await aMember("eve@example.com", "admin");
  const refused = { code: "forbidden", message: /owner of this account creates their own/ };
  await assert.rejects(createMemberKey(t, eve.actor, { ...forKey, memberId }), refused);
  await t.store.users.setManagedBy(eve.actor.userId, null);
  await assert.rejects(createMemberKey(t, admin, { ...forKey, memberId: eve.invited.id }), refused);
  // An account that another organization manages, and that is also a member of this organization.
  const other = await createOrganization(t, admin, { name: "Other", slug: null });
  await t.store.users.setManagedBy(eve.actor.userId, other.id);
  await assert.rejects(createMemberKey(t, admin, { ...forKey, memberId: eve.invited.id }), refused);
});

test("rejects an email change or account deletion with another organization's credentials if the user has no password", async () => {
  t.clock.set(new Date());
  const other = await createOrganization(t, admin, { name: "Other", slug: null });
  const there = { ...admin, organizationId: other.id };
  const rename = (actor: AccountActor, email: string) => updateUser(t, actor, t.userId, { email });
  await assert.rejects(rename(there, "eve@example.com"), { code: "forbidden", message: /joined first/ });
  await assert.rejects(deleteUser(t, there, t.userId), { code: "forbidden" });
  assert.equal(
    (await updateUser(t, there, t.userId, { name: "Ada" })).name,
    "Ada",
    "a name can be changed with these credentials",
  );
  assert.equal(
    (await rename(admin, "ada@example.com")).email,
    "ada@example.com",
    "control: the first organization can change the email",
  );
});

test("requires a sign-in with a recently entered password to change the email or delete the account", async () => {
  await t.store.passwords.save({ userId: t.userId, email: "ada@example.com", hash: "scrypt$" });
  const { actor } = await aMember("eve@example.com", "admin");
  const rename = (by: AccountActor) => updateUser(t, by, t.userId, { email: "new@example.com" });
  await assert.rejects(rename(admin), { code: "forbidden" });
  await assert.rejects(rename({ ...admin, kind: "signIn" }), { code: "confirmation_required" });
  await assert.rejects(deleteUser(t, admin, t.userId), { code: "forbidden" });
  await assert.rejects(deleteUser(t, signedIn(actor), t.userId), { code: "forbidden", message: /another/ });
  assert.equal((await rename(signedIn(admin))).email, "new@example.com");
  await deleteUser(t, signedIn(admin), t.userId);
});

test("uses a confirmed email for commits and a noreply address otherwise", async () => {
  const { actor, key, invited } = await aMember("ada@example.com");
  const emailOf = async () => (await authorOfKey(t.store, t.organizationId, key.id))?.email;
  assert.equal(await emailOf(), "ada@example.com", "uses the email that an admin entered");
  await updateUser(t, actor, actor.userId, { email: "linus@kernel.example" });
  assert.equal(await emailOf(), `${actor.userId}@users.noreply.localhost`);
  const confirm = (email: string) => confirmAddress(t, invited, email);
  await assert.rejects(confirm("ada@example.com"), {
    code: "conflict",
    message: /Reload the member list/,
  });
  assert.equal((await confirm("Linus@kernel.example")).isEmailVerified, true);
  assert.equal(await emailOf(), "linus@kernel.example", "control: uses the confirmed email");
});

test("uses a confirmed email only in the organization that confirmed it", async () => {
  await updateUser(t, admin, t.userId, { email: "linus@kernel.example" });
  const other = await createOrganization(t, admin, { name: "Other", slug: null });
  const there = (await t.store.members.ofUser(other.id, t.userId))!;
  assert.equal(there.isEmailVerified, false, "the email is not confirmed for the next organization");
  await confirmAddress(t, there, "linus@kernel.example");
  const { key } = await createMemberKey(t, admin, forKey);
  const foreign = await createMemberKey(t, signedIn(admin), { ...forKey, organizationId: other.id });
  const emailOf = async (organizationId: string, id: string) =>
    (await authorOfKey(t.store, organizationId, id))?.email;
  assert.equal(await emailOf(t.organizationId, key.id), `${t.userId}@users.noreply.localhost`);
  assert.equal(await emailOf(other.id, foreign.key.id), "linus@kernel.example");
});
