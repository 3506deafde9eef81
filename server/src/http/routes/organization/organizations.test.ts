import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSecret } from "../../../core/access/index.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";

let served: Served;
let key: string;
before(async () => {
  served = await serve();
  // Objects that are created from here on are newer than the first organization.
  served.testStore.clock.set(new Date(someTime.getTime() + 1_000));
  key = await served.addKey(served.testStore.organizationId);
});
after(() => served.close());

async function send(method: string, path: string, body: unknown, by = key) {
  const response = await served.ask(path, by, {
    method,
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function another(name: string, slug?: string) {
  const { body } = await send("POST", "/v1/organizations", { name, slug });
  return { id: body.id!, token: await served.addKey(body.id!) };
}

test("deletes an organization's keys, secrets and turns but keeps its sessions", async () => {
  const { testStore, ports } = served;
  const { store } = testStore;
  const other = await another("Closing", "closing");
  const secret = await createSecret(ports, other.id, { key: "THEIRS", value: "sesame-42" });
  const session = await testStore.addSession({ organizationId: other.id, status: "queued" });
  const turnId = await testStore.addTurn(session.id);
  const waiting = await testStore.addMessage(session.id);
  const ownSession = await testStore.addSession({ status: "queued" });
  const ourTurn = await testStore.addTurn(ownSession.id);

  const path = `/v1/organizations/${other.id}`;
  assert.equal(
    (await send("DELETE", path, undefined)).status,
    404,
    "the key cannot delete another organization",
  );
  assert.deepEqual(await send("DELETE", path, undefined, other.token), {
    status: 200,
    body: { id: other.id, deleted: true },
  });
  assert.equal((await served.ask("/me", other.token)).status, 401);
  assert.equal(await store.secrets.find(other.id, secret.id), null);
  assert.equal((await store.turns.find(turnId))?.state.status, "cancelled");
  assert.deepEqual(
    (await store.messages.queued(session.id)).map(({ id }) => id),
    [],
    waiting,
  );
  assert.equal((await store.sessions.get(session.id)).id, session.id);
  assert.equal((await send("POST", "/v1/api-keys", { organizationId: other.id })).status, 404);
  assert.equal(
    (await store.turns.find(ourTurn))?.state.status,
    "queued",
    "the turn of the first organization is still queued",
  );
  assert.equal((await send("POST", "/v1/organizations", { name: "Again", slug: "closing" })).status, 201);
});

test("rolls back the whole deletion of an organization when one step fails", async () => {
  const { testStore, ports } = served;
  const { store } = testStore;
  const other = await another("Staying");
  const secret = await createSecret(ports, other.id, { key: "THEIRS", value: "sesame-43" });
  const session = await testStore.addSession({ organizationId: other.id, status: "queued" });
  const turnId = await testStore.addTurn(session.id);
  // The canceled turn's event is the last step of the deletion.
  const { pool } = testStore.database;
  await pool.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'refused by a test'; end $$;
     create trigger refused before insert on events for each row when (new.data ->> 'type' = 'turn.cancelled')
       execute function refuse()`,
  );
  const path = `/v1/organizations/${other.id}`;
  try {
    assert.equal((await send("DELETE", path, undefined, other.token)).status, 500);
  } finally {
    await pool.query("drop function refuse() cascade");
  }
  assert.equal(
    (await served.ask("/me", other.token)).status,
    200,
    "the key of the organization is still valid",
  );
  assert.notEqual(await store.secrets.find(other.id, secret.id), null);
  assert.equal((await store.turns.find(turnId))?.state.status, "queued");
  assert.equal((await send("DELETE", path, undefined, other.token)).status, 200);
  assert.equal((await store.turns.find(turnId))?.state.status, "cancelled");
});

test("rejects deleting the first organization", async () => {
  const first = (await served.testStore.store.organizations.findFirst())!.id;
  const { status, body } = await send("DELETE", `/v1/organizations/${first}`, undefined);
  assert.equal(status, 409);
  assert.match(body.error!, /first organization/);
  assert.equal((await served.ask("/me", key)).status, 200);
});

test("rejects a slug that another organization uses", async () => {
  const other = await another("One", "taken");
  assert.equal((await send("POST", "/v1/organizations", { name: "Two", slug: "taken" })).status, 409);
  const path = `/v1/organizations/${other.id}`;
  await another("Three", "three");
  assert.equal((await send("PATCH", path, { slug: "three" }, other.token)).status, 409);
  const renamed = await send("PATCH", path, { name: "Renamed", onboardingCompleted: true }, other.token);
  assert.deepEqual([renamed.body.name, renamed.body.slug, renamed.body.memberCount], ["Renamed", "taken", 1]);
});
