import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { caller } from "../../../testing/caller.ts";
import { seedService } from "../../../testing/seed-service.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";

let served: Served;
let key: string;
let call: ReturnType<typeof caller>;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
  call = caller(served, key);
});
after(() => served.close());

async function aSession(change: object = {}) {
  const { testStore } = served;
  const session = await testStore.addSession(change);
  const lease = await testStore.startTurn(session.id);
  await seedService(testStore.store, lease);
  return { path: `/v1/sessions/${session.id}/services`, lease };
}

test("shows a service with its state, and its log", async () => {
  const { path } = await aSession();
  const at = someTime.toISOString();
  const db = { name: "db", command: "postgres", state: "exited", changedAt: at, startedAt: at };
  assert.deepEqual(await call(200, "GET", path), {
    items: [{ ...db, readyMs: 250, exitCode: 3, port: 5432 }],
  });
  assert.deepEqual(await call(200, "GET", `${path}/db/log`), {
    name: "db",
    text: "up\nout of memory\n",
    isCut: false,
  });
  assert.deepEqual(await call(200, "GET", `${path}/db/log?maxBytes=15`), {
    name: "db",
    text: "out of memory\n",
    isCut: true,
  });
});

test("streams a log, from the beginning or after an event, and ends with the state", async () => {
  const { path } = await aSession();
  const response = await served.ask(`${path}/db/log/stream`, key);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(
    await response.text(),
    ': connected\n\nevent: log\nid: 1\ndata: {"text":"up\\n"}\n\n' +
      'event: log\nid: 2\ndata: {"text":"out of memory\\n"}\n\nevent: end\ndata: {"state":"exited"}\n\n',
  );
  const headers = { "last-event-id": "1" };
  const rest = await (await served.ask(`${path}/db/log/stream`, key, { headers })).text();
  assert.ok(rest.includes("out of memory") && !rest.includes('"up'));
  const head = await served.ask(`${path}/db/log/stream`, key, { method: "HEAD" });
  assert.equal(head.status, 200);
});

test("rejects services and logs that do not exist", async () => {
  const { path } = await aSession();
  assert.match((await call(404, "GET", `${path}/other/log`)).error, /has no service other/);
  assert.match((await call(404, "GET", `${path}/other/log/stream`)).error, /has no service other/);
  await call(400, "GET", `${path}/Not%20a%20name/log`);
  await call(400, "GET", `${path}/db/log?maxBytes=0`);
  await call(404, "GET", "/v1/sessions/01a2274f-14ce-77da-8216-03a14f0619ad/services");
});

test("hides the services of another person's private session", async () => {
  const { path } = await aSession({ visibility: "private" });
  for (const rest of ["", "/db/log", "/db/log/stream"]) await call(404, "GET", `${path}${rest}`);
});

test("shows the services of a session's project before their first start", async () => {
  const body = { name: "Shop", sizes: ["micro"], services: [{ name: "db", command: "postgres" }] };
  const { project } = await call(201, "POST", "/v1/projects", body);
  const { id } = await served.testStore.addSession({ projectId: project.id });
  const path = `/v1/sessions/${id}/services`;
  const never = { changedAt: null, startedAt: null, readyMs: null, exitCode: null, port: null };
  assert.deepEqual(await call(200, "GET", path), {
    items: [{ name: "db", command: "postgres", state: "stopped", ...never }],
  });
  assert.equal((await call(200, "GET", `${path}/db/log`)).text, "");
  const stream = await (await served.ask(`${path}/db/log/stream`, key)).text();
  assert.match(stream, /event: end\ndata: \{"state":"stopped"\}/);
});
