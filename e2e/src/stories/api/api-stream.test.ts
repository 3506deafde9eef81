import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createContractChecker } from "../../contract/checker.ts";
import { AUTHORIZED, type Edge, startEdge } from "../../support/api-edge.ts";

let edge: Edge;
const checker = createContractChecker();

before(async () => {
  edge = await startEdge();
});
after(() => edge.close());

/** Opens a stream of server-sent events and reads it block by block. */
async function follow(sessionId: string, headers: Record<string, string> = {}) {
  const gone = new AbortController();
  const response = await fetch(`${edge.url}/v1/sessions/${sessionId}/events/stream`, {
    headers: { ...AUTHORIZED, ...headers },
    signal: gone.signal,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  /** Returns the next block, or null if the stream has ended. */
  async function next(): Promise<string | null> {
    while (!text.includes("\n\n")) {
      const { done, value } = await reader.read();
      if (done) return null;
      text += value;
    }
    const [block = "", ...rest] = text.split("\n\n");
    text = rest.join("\n\n");
    return block;
  }
  assert.match((await next()) ?? "", /^:/, "the stream starts with a comment");
  return { next, close: () => gone.abort() };
}

function eventOf(block: string | null): { id: number; type: string } {
  const fields = /^event: activity\nid: (\d+)\ndata: (.+)$/.exec(block ?? "");
  assert.ok(fields, `an activity: ${block}`);
  const data = JSON.parse(fields[2]!);
  checker.checkComponent("SessionEvent", data);
  assert.equal(data.id, Number(fields[1]));
  return { id: data.id, type: data.eventType };
}

/** Appends an event to a draft in the same way as the server does. */
async function append(sessionId: string): Promise<void> {
  await edge.pool.query(
    `with one as (update sessions set last_seq = last_seq + 1 where id = $1 returning last_seq)
     insert into events (session_id, seq, key, data, created_at)
     select $1, last_seq, 'test:' || last_seq, '{"type":"notice","message":"Hello."}', now() from one`,
    [sessionId],
  );
  await edge.pool.query("select pg_notify('tembo_events', $1)", [sessionId]);
}

test("replays all events for Last-Event-ID 0, and only later events for a higher ID", async () => {
  const { id } = await edge.draft();
  await append(id);
  const all = await follow(id, { "last-event-id": "0" });
  assert.deepEqual(eventOf(await all.next()), { id: 1, type: "session.created" });
  assert.deepEqual(eventOf(await all.next()), { id: 2, type: "notice" });
  await append(id);
  assert.deepEqual(eventOf(await all.next()), { id: 3, type: "notice" });
  all.close();
  const rest = await follow(id, { "last-event-id": "2" });
  assert.equal(eventOf(await rest.next()).id, 3);
  rest.close();
});

test("sends only new events without Last-Event-ID", async () => {
  const { id } = await edge.draft();
  const stream = await follow(id);
  await append(id);
  assert.equal(eventOf(await stream.next()).id, 2);
  stream.close();
});

test("rejects a Last-Event-ID that is not a number", async () => {
  const { id } = await edge.draft();
  for (const value of ["x", "-1", "1.5"])
    await edge.refused(
      400,
      { path: `/v1/sessions/${id}/events/stream`, headers: { "last-event-id": value } },
      /header "last-event-id"/,
    );
});

test("listens for the events of all clients over one connection", async () => {
  const { id } = await edge.draft();
  const streams = await Promise.all(Array.from({ length: 5 }, () => follow(id)));
  await append(id);
  for (const { next, close } of streams) {
    assert.equal(eventOf(await next()).id, 2);
    close();
  }
  assert.equal(await edge.watchers(), 1);
});

test("sends heartbeats, and closes the streams of a revoked key", async () => {
  const { id } = await edge.draft();
  const key = await edge.json<{ id: string; token: string }>({ path: "/v1/api-keys", body: {} });
  const mine = await follow(id);
  const otherStream = await follow(id, { authorization: `Bearer ${key.token}` });
  await edge.json({ method: "DELETE", path: `/v1/api-keys/${key.id}` });
  assert.equal(await otherStream.next(), null);
  assert.equal(await mine.next(), "event: heartbeat\ndata: {}");
  mine.close();
});
