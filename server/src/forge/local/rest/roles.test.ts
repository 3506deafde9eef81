import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createApiKey } from "../../../core/accounts/api-key/create-api-key.ts";
import { newId, systemClock } from "../../../core/base/index.ts";
import { makeStarted } from "../testing/local-forge-fixture.ts";

const hook = { config: { url: "https://hooks.example.com/", content_type: "json" }, events: ["*"] };
const strict = {
  required_status_checks: null,
  enforce_admins: true,
  required_pull_request_reviews: null,
  restrictions: null,
};

/** Requests that only an admin may send. For an admin, they all succeed if they are sent in this order. */
const adminsAlone: readonly (readonly [line: string, body?: object])[] = [
  ["PUT /branches/main/protection", strict],
  ["DELETE /branches/main/protection"],
  ["POST /hooks", hook],
  ["GET /hooks"],
  ["GET /hooks/1"],
  ["POST /hooks/1/pings"],
  ["PATCH /hooks/1", { active: false }],
  ["DELETE /hooks/1"],
  ["PATCH ", { default_branch: "main" }],
  ["PATCH ", { archived: true }],
];
const membersToo: readonly (readonly [line: string, body?: object])[] = [
  ["GET "],
  ["GET /branches"],
  ["POST /issues", { title: "Broken" }],
  ["POST /pulls", { title: "Fix", head: "fix", base: "main" }],
];

async function makeRoles(t: TestContext) {
  const it = await makeStarted(t);
  await it.commit("fix", "fix.txt");
  const [userId, at] = [newId(), new Date()];
  const person = { email: "member@example.com", createdAt: at, updatedAt: at };
  await it.store.users.insert({ ...person, id: userId, name: null, onboarding: null, settings: {} });
  const { organizationId } = it;
  await it.store.members.insert({ ...person, id: newId(), organizationId, userId, role: "member" });
  const ports = { store: it.store, clock: systemClock };
  const member = (await createApiKey(ports, { organizationId, userId, name: "Member" })).token;
  const ask = async (token: string, [line, body]: readonly [string, object?]) => {
    const [method, below] = line.split(" ") as [string, string];
    const response = await fetch(`${it.url}/api/github/v3/repos/acme/app${below}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  };
  return { it, member, admin: it.writer.token, ask };
}

test("only admins can change a repository's settings, protection and hooks", async (t) => {
  const { member, admin, ask } = await makeRoles(t);
  for (const one of adminsAlone) {
    const refused = await ask(member, one);
    assert.deepEqual(
      [refused.status, refused.body?.message],
      [403, "Must have admin rights to Repository."],
      one[0],
    );
    const { status, body } = await ask(admin, one);
    assert.ok(status < 300, `${one[0]}: ${status} ${JSON.stringify(body)}`);
  }
});

test("records a repository change in the audit log, with the key and the client's address", async (t) => {
  const { it, admin, ask } = await makeRoles(t);
  assert.equal((await ask(admin, ["PATCH ", { archived: true }])).status, 200);
  const [event] = (await it.store.audit.list(it.organizationId, { limit: 1 })).items;
  assert.deepEqual(
    [event?.action, event?.object.name, event?.details, event?.actor.credential?.id],
    ["repository.updated", "acme/app", { changed: ["is_archived"] }, it.writer.key.id],
  );
  assert.match(event?.address ?? "", /127\.0\.0\.1$/);
});

test("records changes of hooks and branch protection in the audit log, but no rejected changes", async (t) => {
  const { it, admin, member, ask } = await makeRoles(t);
  const recorded = async (from: string, asked: readonly [string, object?]) => {
    const before = (await it.store.audit.list(it.organizationId, { limit: 100 })).items.length;
    const { status } = await ask(from, asked);
    const { items } = await it.store.audit.list(it.organizationId, { limit: 100 });
    const events = items.slice(0, items.length - before);
    for (const { actor, address } of events) {
      assert.equal(actor.credential?.id, it.writer.key.id);
      assert.match(address ?? "", /127\.0\.0\.1$/);
    }
    return [status, ...events.map(({ action, object, details }) => [action, object.name, details])];
  };
  const protection = "/branches/main/protection";
  const secretUrl = {
    ...hook,
    config: { ...hook.config, url: "https://hooks.example.com/a-secret-path?t=s" },
  };
  const [repository, branch] = ["acme/app", "main"];
  for (const [asked, ...expected] of [
    [["PUT /branches/other/protection", strict], 404],
    [[`PUT ${protection}`, { ...strict, lock_branch: true }], 422],
    [[`PUT ${protection}`, strict], 200, ["branchProtection.created", repository, { branch }]],
    [[`PUT ${protection}`, strict], 200],
    [[`DELETE ${protection}`], 204, ["branchProtection.deleted", repository, { branch }]],
    [[`DELETE ${protection}`], 204],
    [["POST /hooks", secretUrl], 201, ["repositoryHook.created", "hooks.example.com", { repository }]],
    [
      ["PATCH /hooks/1", { active: false, config: { secret: "a new secret" } }],
      200,
      ["repositoryHook.updated", "hooks.example.com", { repository, changed: ["secret", "is_active"] }],
    ],
    [["PATCH /hooks/1", { active: false }], 200],
    [["POST /hooks/1/pings"], 204],
    [["DELETE /hooks/1"], 204, ["repositoryHook.deleted", "hooks.example.com", { repository }]],
  ] as const satisfies readonly (readonly [asked: readonly [string, object?], ...unknown[]])[]) {
    assert.equal((await recorded(member, asked)).length, 1, `${asked[0]} by a member`);
    assert.deepEqual(await recorded(admin, asked), expected, asked[0]);
  }
});

test("returns the permissions of an admin and of a member", async (t) => {
  const { member, admin, ask } = await makeRoles(t);
  const rights = { push: true, triage: true, pull: true };
  for (const [token, isAdmin] of [
    [admin, true],
    [member, false],
  ] as const) {
    const { body } = await ask(token, ["GET "]);
    assert.deepEqual(body.permissions, { ...rights, admin: isAdmin, maintain: isAdmin });
  }
  const permissionOf = async (login: string) => {
    const { body } = await ask(member, [`GET /collaborators/${login}/permission`]);
    return [body.permission, body.role_name, body.user.permissions.admin];
  };
  assert.deepEqual(await permissionOf("ada-lovelace"), ["admin", "admin", true]);
  assert.deepEqual(await permissionOf("member"), ["write", "write", false]);
});

test("allows members to send requests that do not require admin rights", async (t) => {
  const { member, ask } = await makeRoles(t);
  for (const one of membersToo) {
    const { status, body } = await ask(member, one);
    assert.ok(status < 300, `${one[0]}: ${status} ${JSON.stringify(body)}`);
  }
});

test("rejects a branch protection setting that the forge does not enforce, and reports the field's name", async (t) => {
  const { admin, ask } = await makeRoles(t);
  for (const [field, value] of Object.entries({
    required_status_checks: { strict: true, contexts: ["ci"] },
    enforce_admins: false,
    required_pull_request_reviews: { required_approving_review_count: 2 },
    restrictions: { users: ["ada"], teams: [] },
    allow_force_pushes: true,
    allow_deletions: true,
    required_linear_history: true,
    required_conversation_resolution: true,
    lock_branch: true,
    required_signatures: true,
  })) {
    const asked = ["PUT /branches/main/protection", { ...strict, [field]: value }] as const;
    const { status, body } = await ask(admin, asked);
    assert.equal(status, 422, field);
    assert.deepEqual(
      body.errors.map((error: { field: string }) => error.field),
      [field],
    );
    assert.equal((await ask(admin, ["GET /branches/main/protection"])).status, 404, "stores no protection");
  }
  assert.equal(
    (await ask(admin, ["PUT /branches/main/protection", strict])).status,
    200,
    "control: accepts the valid settings",
  );
});
