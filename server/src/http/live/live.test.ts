import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { newId } from "../../core/base/index.ts";
import { addPerson } from "../../testing/person.ts";
import { readToEnd, type Served, serve } from "../../testing/test-server.ts";
import { someTime } from "../../testing/test-store.ts";
import { connectLive, LiveClient, socketUrl, ticketOf } from "./testing/live-client.ts";

let served: Served;
let key: string;
let otherKey: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
  const them = newId();
  await served.testStore.store.organizations.insert({ id: them, name: "Them" });
  otherKey = await served.addKey(them);
});
after(() => served.close());

let noticeCount = 0;
const appendNotice = (sessionId: string, message = "Hello.") =>
  served.testStore.store.events.append(sessionId, null, [
    { key: `notice-${++noticeCount}`, messageId: null, data: { type: "notice", message } },
  ]);

const ready = { type: "ready" };
const asEvent = (frame: Readonly<Record<string, unknown>>) => {
  const { event, id, type } = frame as {
    id?: string;
    type?: string;
    event?: { id: number; sessionId: string };
  };
  return { id, type, eventId: event?.id, sessionId: event?.sessionId };
};

describe("tickets", () => {
  test("open one connection each and are rejected with 1008 when used, unknown, expired or revoked", async () => {
    const ticket = await ticketOf(served, key);
    const first = new LiveClient(socketUrl(served, "/v1/live", ticket));
    assert.deepEqual(await first.next(), ready);
    const expired = await ticketOf(served, key);
    served.testStore.clock.set(new Date(someTime.getTime() + 30_000));
    const revoked = await served.addKey(served.testStore.organizationId);
    const ofRevoked = await ticketOf(served, revoked);
    const { items } = await served.testStore.store.apiKeys.list(served.testStore.organizationId, {
      limit: 1,
    });
    await served.testStore.store.apiKeys.revoke(served.testStore.organizationId, items[0]!.id);
    const ofAnother = await ticketOf(served, key);
    for (const [path, token] of [
      ["/v1/live", ticket],
      ["/v1/live", "unknown"],
      ["/v1/live", "x".repeat(5_000)],
      ["/v1/live", ""],
      ["/v1/live", expired],
      ["/v1/live", ofRevoked],
      ["/v1/messages/live", ofAnother],
      ["/v1/sessions/live", ofAnother],
    ] as const) {
      const client = new LiveClient(socketUrl(served, path, token));
      const closed = await client.closed;
      assert.deepEqual([closed.code, client.waiting], [1008, 0], `${path} ${token}`);
      assert.match(closed.reason, /^The ticket is unknown, used or expired\. Create a new ticket\.$/);
    }
    // Control: the last ticket remains valid for its own path.
    const control = new LiveClient(socketUrl(served, "/api/public-api/v1/live", ofAnother));
    assert.deepEqual(await control.next(), ready);
    await Promise.all([first.close(), control.close()]);
    served.testStore.clock.set(someTime);
  });

  test("are stored as hashes, and expired ones are deleted with the next ticket", async () => {
    const ticket = await ticketOf(served, key);
    const rows = async () =>
      (await served.testStore.database.pool.query("select * from live_tickets")).rows as object[];
    assert.doesNotMatch(JSON.stringify(await rows()), new RegExp(ticket));
    served.testStore.clock.set(new Date(someTime.getTime() + 60_000));
    await ticketOf(served, key);
    assert.equal((await rows()).length, 1);
    served.testStore.clock.set(someTime);
  });

  test("are limited per organization, without affecting other organizations", async () => {
    const { store } = served.testStore;
    const { items } = await store.apiKeys.list(served.testStore.organizationId, { limit: 1 });
    const ticket = {
      kind: "live",
      organizationId: served.testStore.organizationId,
      apiKeyId: items[0]!.id,
      sessionId: null,
      expiresAt: new Date(someTime.getTime() + 1),
    } as const;
    await served.testStore.database.pool.query("delete from live_tickets");
    const insert = (organizationId: string, byte: number) =>
      store.liveTickets.insert({ ...ticket, organizationId }, Buffer.from([byte]), {
        now: someTime,
        maxTickets: 1,
      });
    assert.equal(await insert(ticket.organizationId, 1), true);
    assert.equal(await insert(ticket.organizationId, 2), false);
    await served.testStore.database.pool.query("delete from live_tickets");
    assert.equal(await insert(ticket.organizationId, 2), true);
  });

  test("ignore the upgrade on an ordinary path, and return 400 for a plain request to a WebSocket path", async () => {
    const socket = await served.connect();
    socket.write(
      `GET /me HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\nauthorization: Bearer ${key}\r\n\r\n`,
    );
    assert.match(await readToEnd(socket), /^HTTP\/1\.1 200 /);
    const response = await served.ask("/v1/live?ticket=x", key);
    assert.equal(response.status, 400);
    assert.match(((await response.json()) as { error: string }).error, /This is a WebSocket/);
  });

  test("are rejected before a database query after too many invalid ones from one address", async () => {
    const guarded = await serve({
      rateLimiter: { count: async () => ({ limits: [], refusal: null }) as never },
      limits: { failedAuthenticationsPerMinute: 1 },
    });
    try {
      const reasons: string[] = [];
      for (let n = 0; n < 2; n++)
        reasons.push((await new LiveClient(socketUrl(guarded, "/v1/live", `bad-${n}`)).closed).reason);
      assert.match(reasons[0]!, /unknown, used or expired/);
      assert.match(reasons[1]!, /^Your IP address sent too many/);
    } finally {
      await guarded.close();
    }
  });
});

describe("subscriptions", () => {
  test("send a session's events from the requested one on, with the subscription's ID, once and in order", async () => {
    const [one, two] = [await served.testStore.addSession(), await served.testStore.addSession()];
    for (let n = 0; n < 3; n++) await appendNotice(one.id);
    const client = await connectLive(served, key);
    // Sends the frame before the server has admitted the client.
    client.subscribe("all", one.id, 0);
    assert.deepEqual(await client.next(), ready);
    assert.deepEqual(await client.next(), { id: "all", type: "ready", lastEventId: 0 });
    for (const eventId of [1, 2, 3])
      assert.deepEqual(asEvent(await client.next()), {
        id: "all",
        type: "event",
        eventId,
        sessionId: one.id,
      });
    client.subscribe("rest", one.id, 2);
    assert.deepEqual(await client.next(), { id: "rest", type: "ready", lastEventId: 2 });
    assert.equal(asEvent(await client.next()).eventId, 3);
    client.subscribe("new", two.id);
    assert.deepEqual(await client.next(), { id: "new", type: "ready", lastEventId: 0 });
    await appendNotice(two.id);
    assert.deepEqual(asEvent(await client.next()), {
      id: "new",
      type: "event",
      eventId: 1,
      sessionId: two.id,
    });
    client.send({ op: "unsubscribe", id: "all" });
    client.send({ op: "unsubscribe", id: "rest" });
    client.send({ op: "unsubscribe", id: "nobody" });
    client.subscribe("all", two.id, 1);
    assert.deepEqual(await client.next(), { id: "all", type: "ready", lastEventId: 1 });
    await appendNotice(one.id);
    await appendNotice(two.id);
    const last = [await client.next(), await client.next()].map(asEvent);
    assert.deepEqual(last.map(({ id, sessionId }) => `${id} ${sessionId === two.id}`).sort(), [
      "all true",
      "new true",
    ]);
    await client.close();
  });

  test("reject a session that the key cannot access, and explain the format of an invalid frame", async () => {
    const own = await served.testStore.addSession();
    const client = await connectLive(served, otherKey);
    await client.next();
    client.subscribe("ours", own.id, 0);
    assert.deepEqual(await client.next(), {
      id: "ours",
      type: "error",
      code: "not_found",
      error: `Session ${own.id} was not found.`,
    });
    const hidden = await served.testStore.addSession({ visibility: "private" });
    const member = await connectLive(served, key);
    await member.next();
    for (const [session, type] of [
      [hidden, "error"],
      [own, "ready"],
    ] as const) {
      member.subscribe(session.id, session.id, 0);
      assert.equal(
        (await member.next()).type,
        type,
        "rejects another person's private session; control: accepts the person's own",
      );
    }
    await member.close();
    const sessionsOf = { scope: { sessionId: own.id } };
    for (const [frame, problem] of [
      ["{", /^The frame is not valid\. Send/],
      ["null", /^The frame is not valid/],
      [{ op: "dance", id: "1" }, /^The frame is not valid/],
      [{ op: "unsubscribe" }, /^The frame is not valid/],
      [
        { op: "subscribe", id: "", resource: "sessions.events", input: sessionsOf },
        /^The frame is not valid/,
      ],
      [
        { op: "subscribe", id: "1", resource: "secrets", input: sessionsOf },
        /Unknown resource "secrets"\. Subscribe to sessions\.events or/,
      ],
      [{ op: "subscribe", id: "1", resource: "sessions.events", input: {} }, /^The input must be/],
      [
        { op: "subscribe", id: "1", resource: "sessions.events", input: { ...sessionsOf, lastEventId: -1 } },
        /^The input must be/,
      ],
    ] as const) {
      client.send(frame);
      const { type, error } = await client.next();
      assert.equal(type, "error");
      assert.match(String(error), problem);
    }
    // Control: with the organization's own key, the server responds to the same frame.
    const control = await connectLive(served, key);
    await control.next();
    control.subscribe("ours", own.id, 0);
    assert.equal((await control.next()).type, "ready");
    await Promise.all([client.close(), control.close()]);
  });

  test("report changes of the sessions that the key's owner may see, and of no others", async () => {
    const { userId, keyId } = await addPerson(served.testStore);
    const owner = await connectLive(served, await served.addKey(served.testStore.organizationId, userId));
    const viewer = await connectLive(served, key);
    const subscribe = async (id: string) => {
      for (const client of [owner, viewer]) {
        client.send({ op: "subscribe", id, resource: "sessions.changes", input: {} });
        while ((await client.next()).id !== id);
      }
    };
    await subscribe("first");
    // The database's connection may open only now. Then it reports a change to everyone.
    await served.testStore.addSession();
    for (const client of [owner, viewer])
      assert.deepEqual(await client.next(), { id: "first", type: "change" });
    for (const client of [owner, viewer]) client.send({ op: "unsubscribe", id: "first" });
    await subscribe("list");
    await served.testStore.addSession({ visibility: "private", createdByKeyId: keyId });
    assert.deepEqual(await owner.next(), { id: "list", type: "change" });
    viewer.send({ op: "subscribe", id: "bad", resource: "sessions.changes", input: { scope: {} } });
    assert.match(String((await viewer.next()).error), /^The input must be \{\}/, "reports no change first");
    await served.testStore.addSession();
    assert.deepEqual(await viewer.next(), { id: "list", type: "change" }, "control");
    await Promise.all([owner.close(), viewer.close()]);
  });

  test("have unique IDs and are limited to fifty per connection", async () => {
    const session = await served.testStore.addSession();
    const client = await connectLive(served, key);
    await client.next();
    client.subscribe("0", session.id);
    assert.equal((await client.next()).type, "ready");
    client.subscribe("0", session.id);
    assert.match(String((await client.next()).error), /subscription "0" already/);
    for (let n = 1; n < 50; n++) {
      client.subscribe(`${n}`, session.id);
      assert.equal((await client.next()).type, "ready");
    }
    client.subscribe("50", session.id);
    assert.match(String((await client.next()).error), /at most 50 subscriptions/);
    client.send({ op: "unsubscribe", id: "7" });
    client.subscribe("50", session.id);
    assert.equal((await client.next()).type, "ready");
    await client.close();
  });

  test("close with a reason on too many, too large or binary frames", async () => {
    const flood = await connectLive(served, key);
    for (let n = 0; n < 5_000; n++) flood.subscribe(`${n}`, newId());
    assert.match((await flood.closed).reason, /More than 100 frames are queued/);
    const large = await connectLive(served, key);
    large.send("x".repeat(20_000));
    assert.equal((await large.closed).code, 1009);
    const bytes = await connectLive(served, key);
    bytes.socket.send(Buffer.from("{}"));
    assert.match((await bytes.closed).reason, /Send text frames/);
  });
});

test("notify on the older live endpoints when a session or one of its messages changed", async () => {
  const session = await served.testStore.addSession();
  const sessions = await connectLive(served, key, "/v1/sessions/live", session.id);
  const messages = await connectLive(served, key, "/v1/messages/live", session.id);
  for (const client of [sessions, messages]) assert.deepEqual(await client.next(), ready);
  await appendNotice(session.id);
  const append = (data: { type: "session.titled"; title: string } | { type: "message.deleted" }) =>
    served.testStore.store.events.append(session.id, null, [{ key: data.type, messageId: null, data }]);
  await append({ type: "session.titled", title: "New" });
  await append({ type: "message.deleted" });
  assert.deepEqual(await sessions.next(), { resource: "session", sessionId: session.id });
  assert.deepEqual(await messages.next(), { resource: "message", sessionId: session.id });
  messages.send({ op: "unsubscribe", id: "x" });
  assert.match((await messages.closed).reason, /only sends data/);
  await sessions.close();
  assert.deepEqual([sessions.waiting, messages.waiting], [0, 0], "sends nothing else");
});

test("close for a client that reads nothing, and send everything to a client that reads", async () => {
  const slow = await serve({ liveLimits: { stallMs: 50 } });
  try {
    const own = await slow.addKey(slow.testStore.organizationId);
    const session = await slow.testStore.addSession();
    const [stalled, reading] = [await connectLive(slow, own), await connectLive(slow, own)];
    for (const client of [stalled, reading]) await client.next();
    const message = "x".repeat(500_000);
    for (const client of [stalled, reading]) {
      client.subscribe("all", session.id);
      await client.next();
    }
    stalled.socket.pause();
    const count = 40;
    for (let n = 0; n < count; n++)
      await slow.testStore.store.events.append(session.id, null, [
        { key: `large-${n}`, messageId: null, data: { type: "notice", message } },
      ]);
    for (let n = 1; n <= count; n++) assert.equal(asEvent(await reading.next()).eventId, n);
    stalled.socket.resume();
    const { code, reason } = await stalled.closed;
    assert.deepEqual([code, stalled.waiting < count], [1013, true]);
    assert.match(reason, /The client did not read for too long\. Reconnect/);
    await reading.close();
  } finally {
    await slow.close();
  }
});

test("stay open, with heartbeats, while the client responds and its key is valid", async () => {
  const quick = await serve({ liveLimits: { heartbeatMs: 150 } });
  try {
    const first = await quick.addKey(quick.testStore.organizationId);
    const { items } = await quick.testStore.store.apiKeys.list(quick.testStore.organizationId, { limit: 1 });
    const alive = await connectLive(quick, first);
    assert.deepEqual(await alive.next(), ready);
    for (let n = 0; n < 3; n++) await once(alive.socket, "ping");
    assert.deepEqual(await alive.next(), { type: "heartbeat" });
    const older = await connectLive(
      quick,
      first,
      "/v1/sessions/live",
      (await quick.testStore.addSession()).id,
    );
    for (let n = 0; n < 2; n++) await once(older.socket, "ping");
    assert.deepEqual(
      [await older.next(), older.waiting],
      [ready, 0],
      "sends no heartbeats on the older connection",
    );
    await older.close();
    const second = await quick.addKey(quick.testStore.organizationId);
    const mute = await connectLive(quick, second);
    Object.assign(mute.socket, { _autoPong: false });
    assert.equal((await mute.closed).code, 1006, "closes the connection of a client that does not respond");
    await quick.testStore.store.apiKeys.revoke(quick.testStore.organizationId, items[0]!.id);
    assert.match((await alive.closed).reason, /no longer valid/);
  } finally {
    await quick.close();
  }
});

test("close with code 1001 when the server stops", async () => {
  const ending = await serve();
  const client = await connectLive(ending, await ending.addKey(ending.testStore.organizationId));
  await client.next();
  await ending.close();
  const { code, reason } = await client.closed;
  assert.equal(code, 1001);
  assert.match(reason, /Reconnect/);
});
