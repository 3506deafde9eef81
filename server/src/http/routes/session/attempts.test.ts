import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionAttempts, SessionCreated, SessionPage } from "@tembo/contract";
import { addPerson } from "../../../testing/person.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let served: Served;
let key: string;
before(async () => {
  served = await serve({ rates: { perKeyPerMinute: 6, perSignInPerMinute: 0, perOrganizationPerHour: 0 } });
});
after(() => served.close());

const ask = (path: string, init: RequestInit = {}, token = key) =>
  served.ask(path, token, {
    ...init,
    headers: { "content-type": "application/json", ...(init.headers as Record<string, string>) },
  });
const post = (body: object, headers: Record<string, string> = {}) =>
  ask("/session/create", { method: "POST", body: JSON.stringify(body), headers });
const newKey = async () => {
  key = await served.addKey(served.testStore.organizationId);
};
const attempts = [{}, { agent: "claudeCode:claude-haiku-4-5" }, {}];

test("creates the attempts once per idempotency key, lists them by group, and shows their places", async () => {
  await newKey();
  const first = await post({ prompt: "Go.", attempts }, { "idempotency-key": "one" });
  assert.equal(first.status, 200);
  const created = (await first.json()) as SessionCreated;
  assert.deepEqual(
    created.attempts?.map(({ number, agent, status }) => [number, agent, status]),
    [
      [1, "claudeCode:m", "queued"],
      [2, "claudeCode:claude-haiku-4-5", "queued"],
      [3, "claudeCode:m", "queued"],
    ],
  );
  assert.equal(created.attempts?.[0]?.id, created.id);
  const again = await post({ prompt: "Go.", attempts }, { "idempotency-key": "one" });
  assert.deepEqual(await again.json(), created);

  await newKey();
  const listed = (await (await ask(`/v1/sessions?attemptGroupId=${created.id}`)).json()) as SessionPage;
  const places = listed.items.map(({ id, attempt }) => [id, attempt?.number, attempt?.count]);
  assert.deepEqual(
    new Set(places.map(String)),
    new Set(created.attempts?.map(({ id, number }) => String([id, number, 3]))),
  );
  const { id } = created.attempts![1]!;
  const session = (await (await ask(`/v1/sessions/${id}`)).json()) as { attempt: unknown };
  assert.deepEqual(session.attempt, { groupId: created.id, number: 2, count: 3 });
  const plain = (await (await post({ prompt: "Go." })).json()) as SessionCreated;
  assert.equal("attempts" in plain, false, "control");
});

test("counts each attempt against the rate limit, and creates none beyond it", async () => {
  await newKey();
  const first = await post({ prompt: "Go.", attempts });
  assert.equal(first.headers.get("ratelimit-remaining"), "3");
  const before = await served.testStore.store.sessionLists.count(served.testStore.organizationId, {});
  const refused = await post({ prompt: "Go.", attempts: [{}, {}, {}, {}] });
  assert.equal(refused.status, 429);
  assert.equal(await served.testStore.store.sessionLists.count(served.testStore.organizationId, {}), before);
});

test("rejects one attempt, five attempts and unknown fields", async () => {
  await newKey();
  for (const wrong of [[{}], [{}, {}, {}, {}, {}], [{ model: "x" }, {}]])
    assert.equal((await post({ prompt: "Go.", attempts: wrong })).status, 400);
});

test("keeps an attempt and returns the state of the others that the caller can see", async () => {
  await newKey();
  const created = (await (
    await post({ prompt: "Go.", attempts, visibility: "public" })
  ).json()) as SessionCreated;
  const [one, two, three] = created.attempts!.map(({ id }) => id);
  const { store, clock } = served.testStore;
  await store.sessionChanges.update(three!, { visibility: "private" }, clock.now());
  const { token } = await addPerson(served.testStore);
  const seen = (await (await ask(`/v1/sessions/${one}/attempts`, {}, token)).json()) as SessionAttempts;
  assert.deepEqual(
    seen.attempts.map(({ sessionId, state }) => [sessionId, state]),
    [
      [one, "open"],
      [two, "open"],
    ],
  );
  const kept = await ask(`/v1/sessions/${two}/keep`, { method: "POST", body: "{}" }, token);
  assert.equal(kept.status, 200);
  const answer = (await kept.json()) as SessionAttempts;
  assert.equal(answer.keptSessionId, two);
  assert.deepEqual(
    answer.attempts.map(({ number, state, problem }) => [number, state, problem]),
    [
      [1, "ending", null],
      [2, "kept", null],
    ],
  );
  assert.equal((await ask(`/v1/sessions/${one}/keep`, { method: "POST", body: "{}" }, token)).status, 409);
  assert.equal((await ask(`/v1/sessions/${three}/keep`, { method: "POST", body: "{}" }, token)).status, 404);
});
