import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { openTestStore, type TestStore } from "../../testing/test-store.ts";
import { createApiKey, maxApiKeys } from "../api-key/create-api-key.ts";
import { findApiKey, revokeApiKey } from "../api-key/own-api-key.ts";
import { newId } from "../ids.ts";
import { createOrganization } from "../organization/change-organization.ts";
import { deleteUser, updateUser, updateUserSettings } from "../user/change-user.ts";
import { findSelf, findUser } from "../user/find-user.ts";
import { authorOfKey } from "../user/person-of-key.ts";
import type { Actor } from "./actor.ts";
import { changeRole, inviteMember, removeMember } from "./change-members.ts";
import { createMemberKey } from "./create-member-key.ts";

let t: TestStore;
let admin: Actor;
const drops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  const opened = await openTestStore();
  drops.push(() => opened.drop());
  t = opened;
  admin = { organizationId: t.organizationId, userId: t.userId, role: "admin" };
});
after(() => Promise.all(drops.map((drop) => drop())));

const forKey = { name: null, memberId: null, organizationId: null };

async function aMember(email: string, role: Actor["role"] = "member") {
  const invited = await inviteMember(t, t.organizationId, { email, role });
  const { key } = await createMemberKey(t, admin, { ...forKey, memberId: invited.id });
  const actor: Actor = { organizationId: t.organizationId, userId: key.userId, role };
  return { invited, key, actor };
}

const adminPlace = async () => ({
  organizationId: t.organizationId,
  id: (await t.store.members.ofUser(t.organizationId, t.userId))!.id,
});

test("who was invited joins with the first key, as a person of their own", async () => {
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

test("the same address elsewhere is another person: nobody has shown that it is theirs", async () => {
  const other = await createOrganization(t, admin, { name: "Other", slug: null });
  const here = await aMember("ada@example.com");
  const invited = await inviteMember(t, other.id, { email: "ada@example.com", role: "member" });
  const { key } = await createMemberKey(t, admin, {
    ...forKey,
    organizationId: other.id,
    memberId: invited.id,
  });
  assert.notEqual(key.userId, here.key.userId);
  await assert.rejects(createMemberKey(t, here.actor, { ...forKey, organizationId: other.id }), {
    code: "not_found",
  });
});

test("a member makes keys for themselves, and neither makes nor sees another's", async () => {
  const { actor, key } = await aMember("ada@example.com");
  const place = await adminPlace();
  const own = await createMemberKey(t, actor, forKey);
  assert.equal(own.key.userId, actor.userId);
  await assert.rejects(createMemberKey(t, actor, { ...forKey, memberId: place.id }), { code: "forbidden" });
  const admins = await createMemberKey(t, admin, forKey);
  await assert.rejects(findApiKey(t.store, actor, admins.key.id), { code: "forbidden" });
  await assert.rejects(revokeApiKey(t.store, actor, admins.key.id), { code: "forbidden" });
  await assert.rejects(findApiKey(t.store, actor, newId()), { code: "not_found" });
  assert.equal((await findApiKey(t.store, admin, key.id)).id, key.id);
  await revokeApiKey(t.store, actor, own.key.id);
});

test("an organization has ten keys, also when they are made at once", async () => {
  const make = () => createApiKey(t, { organizationId: t.organizationId, userId: t.userId, name: null });
  const made = await Promise.allSettled(Array.from({ length: maxApiKeys + 2 }, make));
  assert.equal(made.filter(({ status }) => status === "fulfilled").length, maxApiKeys);
  await assert.rejects(make(), { code: "invalid_input", message: /at most 10/ });
  const { items } = await t.store.apiKeys.list(t.organizationId, { limit: 1 });
  await revokeApiKey(t.store, admin, items[0]!.id);
  await make();
});

test("the last admin stays, whoever tries and in whatever way", async () => {
  const place = await adminPlace();
  const conflict = { code: "conflict", message: /last admin/ };
  await assert.rejects(removeMember(t, place), conflict);
  await assert.rejects(changeRole(t, place, "member"), conflict);
  await assert.rejects(deleteUser(t, admin, t.userId), conflict);
  const { invited } = await aMember("ada@example.com", "admin");
  const both = await Promise.allSettled([removeMember(t, place), removeMember(t, invited)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

test("an invited admin is none yet", async () => {
  await inviteMember(t, t.organizationId, { email: "ada@example.com", role: "admin" });
  await assert.rejects(removeMember(t, await adminPlace()), { code: "conflict" });
});

test("a removed member's keys are good for nothing", async () => {
  const { invited, key } = await aMember("ada@example.com");
  assert.equal((await t.store.apiKeys.find(t.organizationId, key.id))?.id, key.id);
  await removeMember(t, invited);
  assert.equal(await t.store.apiKeys.find(t.organizationId, key.id), null);
  await assert.rejects(removeMember(t, invited), { code: "not_found" });
});

test("people change themselves alone, and their name is what their words and commits carry", async () => {
  const { actor, key } = await aMember("ada@example.com");
  assert.equal((await authorOfKey(t.store, key.id))?.name, "ada");
  await updateUser(t, actor, actor.userId, { name: "Ada Lovelace", email: "ada@lovelace.example" });
  const author = { name: "Ada Lovelace", email: "ada@lovelace.example", login: null, avatarUrl: null };
  assert.deepEqual(await authorOfKey(t.store, key.id), author);
  assert.equal((await findUser(t.store, admin, actor.userId)).name, "Ada Lovelace");
  await assert.rejects(findSelf(t.store, admin, actor.userId), { code: "forbidden" });
  await assert.rejects(updateUser(t, admin, actor.userId, { name: "Eve" }), { code: "forbidden" });
  await assert.rejects(findUser(t.store, admin, newId()), { code: "not_found" });
  const first = await createMemberKey(t, admin, forKey);
  assert.equal(await authorOfKey(t.store, first.key.id), null, "who said nothing of themselves has no name");
});

test("preferences are laid over each other, and are not without a bound", async () => {
  const set = (settings: Record<string, unknown>) => updateUserSettings(t, admin, t.userId, settings);
  await set({ defaultAgent: "codex:gpt", diffPreferences: { style: "split", overflow: "wrap" } });
  assert.deepEqual(await set({ diffPreferences: { style: "unified" }, defaultAgent: null }), {
    diffPreferences: { style: "unified", overflow: "wrap" },
  });
  await assert.rejects(set({ reviewPreferences: { layout: { x: "x".repeat(300_000) } } }), {
    code: "invalid_input",
  });
});

test("who deletes themselves leaves a bare id", async () => {
  const { actor, key, invited } = await aMember("ada@example.com");
  await deleteUser(t, actor, actor.userId);
  assert.equal(await t.store.users.find(actor.userId), null);
  assert.equal(await t.store.members.find(t.organizationId, invited.id), null);
  assert.equal(await t.store.apiKeys.find(t.organizationId, key.id), null);
  assert.equal(await t.store.apiKeys.userOf(key.id), actor.userId);
  assert.equal(await authorOfKey(t.store, key.id), null);
  const { rows } = await t.database.pool.query("select email, name from users where id = $1", [actor.userId]);
  assert.deepEqual(rows, [{ email: null, name: null }]);
});
