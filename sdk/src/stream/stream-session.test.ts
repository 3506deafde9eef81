import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFoundError, Tembo } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson } from "../testing/recording-server.ts";
import { activity, openStream, type Status, startSessionServer } from "../testing/session-server.ts";

async function idsOf(events: AsyncIterable<{ id: number }>): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of events) ids.push(id);
  return ids;
}

const clientOf = (baseURL: string) => new Tembo({ apiKey: "k", baseURL, maxRetries: 0 });

for (const outcome of ["completed", "failed", "cancelled"] as const) {
  test(`ends the stream when the turn is ${outcome} and all its events have arrived`, async () => {
    let status: Status = "inProgress";
    await using server = await startSessionServer({
      session: () => status,
      lastEvent: () => 4,
      stream(response) {
        openStream(response, activity(1, "turn.queued") + activity(2));
        setImmediate(() => {
          status = outcome;
          response.write(activity(3, `turn.${outcome}`));
          // Sends events after the end of the turn, which are also yielded.
          setTimeout(() => response.write(activity(4, "sandbox.kept")), 5);
        });
      },
    });
    assert.deepEqual(await idsOf(clientOf(server.url).sessions.events.stream("s1")), [1, 2, 3, 4]);
  });
}

test("does not end the stream at the end of a turn if another turn follows", async () => {
  let isOver = false;
  await using server = await startSessionServer({
    session: () => (isOver ? "completed" : "queued"),
    lastEvent: () => 4,
    stream(response) {
      openStream(response, activity(1, "turn.completed") + activity(2, "turn.queued") + activity(3));
      setImmediate(() => {
        isOver = true;
        response.write(activity(4, "turn.completed"));
      });
    },
  });
  assert.deepEqual(await idsOf(clientOf(server.url).sessions.events.stream("s1")), [1, 2, 3, 4]);
});

test("yields an idle session's events after the cursor, and ends without waiting for more", async () => {
  await using server = await startSessionServer({
    session: () => "completed",
    lastEvent: () => 5,
    stream: (response) => openStream(response, activity(4) + activity(5)),
  });
  const { events } = clientOf(server.url).sessions;
  assert.deepEqual(await idsOf(events.stream("s1", { after: 3 })), [4, 5]);
  assert.deepEqual(await idsOf(events.stream("s1", { after: 5 })), []);
});

test("resumes from the last received event when the connection breaks, and ends on the new connection", async () => {
  let isOver = false;
  await using server = await startSessionServer({
    session: () => (isOver ? "completed" : "inProgress"),
    lastEvent: () => 3,
    stream(response, count) {
      if (count === 0) {
        openStream(response, activity(1) + activity(2).slice(0, 20));
        setImmediate(() => response.destroy());
        return;
      }
      isOver = true;
      openStream(response, activity(2) + activity(3, "turn.completed"));
    },
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url, maxRetries: 0 }, createManualRuntime());
  assert.deepEqual(await idsOf(client.sessions.events.stream("s1")), [1, 2, 3]);
  const streams = server.requests.filter(({ url }) => url.endsWith("/stream"));
  assert.deepEqual(
    streams.map(({ headers }) => headers["last-event-id"]),
    ["0", "1"],
  );
});

test("follow continues after the turn ends until the signal aborts", async () => {
  const controller = new AbortController();
  await using server = await startSessionServer({
    session: () => "completed",
    stream: (response) => openStream(response, activity(1, "turn.completed")),
  });
  const events = clientOf(server.url).sessions.events.stream("s1", {
    follow: true,
    signal: controller.signal,
  });
  assert.equal((await events.next()).value?.id, 1);
  const next = events.next();
  controller.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.ok(server.requests.every(({ url }) => url.endsWith("/stream")));
});

test("the signal ends the stream without an error, both before it begins and while it waits", async () => {
  const controller = new AbortController();
  await using server = await startSessionServer({
    session: () => "inProgress",
    stream: (response) => openStream(response, activity(1)),
  });
  const { events } = clientOf(server.url).sessions;
  const running = events.stream("s1", { signal: controller.signal });
  await running.next();
  const next = running.next();
  controller.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.deepEqual(await idsOf(events.stream("s1", { signal: controller.signal })), []);
});

test("closes the connection when the loop exits", async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await startSessionServer({
    session: () => "inProgress",
    stream(response) {
      response.on("close", closed.resolve);
      openStream(response, activity(1) + activity(2));
    },
  });
  for await (const _ of clientOf(server.url).sessions.events.stream("s1")) break;
  await closed.promise;
});

test("throws if the server rejects the request for the session or for the stream", async () => {
  await using server = await startSessionServer({
    session(count, response) {
      if (count > 0) return "inProgress";
      answerJson(response, 404, { error: "No such session." });
      return "answered";
    },
    stream: (response) => answerJson(response, 404, { error: "No such stream." }),
  });
  const { events } = clientOf(server.url).sessions;
  await assert.rejects(idsOf(events.stream("s1")), /No such session/);
  await assert.rejects(idsOf(events.stream("s1")), NotFoundError);
});

test("throws and closes the connection if the server rejects the request that checks for the end", async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await startSessionServer({
    session(count, response) {
      if (count === 0) return "inProgress";
      answerJson(response, 403, { error: "No longer." });
      return "answered";
    },
    stream(response) {
      response.on("close", closed.resolve);
      openStream(response, activity(1, "turn.completed"));
    },
  });
  await assert.rejects(idsOf(clientOf(server.url).sessions.events.stream("s1")), /No longer/);
  await closed.promise;
});

test("reconnects if a connection sends data that is not JSON", async () => {
  await using server = await startSessionServer({
    session: () => "inProgress",
    stream(response, count) {
      if (count === 3) return answerJson(response, 404, { error: "Enough." });
      openStream(response, "event: activity\ndata: {\n\n");
    },
  });
  const runtime = createManualRuntime();
  const client = new Tembo({ apiKey: "k", baseURL: server.url, maxRetries: 0 }, runtime);
  await assert.rejects(idsOf(client.sessions.events.stream("s1")), /Enough/);
  assert.equal(runtime.pauses.length, 3);
});
