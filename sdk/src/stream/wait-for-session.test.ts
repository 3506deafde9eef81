import assert from "node:assert/strict";
import { test } from "node:test";
import { APIUserAbortError, InternalServerError, NotFoundError, Tembo, WaitTimeoutError } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson } from "../testing/recording-server.ts";
import { activity, openStream, type Status, startSessionServer } from "../testing/session-server.ts";

const clientOf = (baseURL: string) => new Tembo({ apiKey: "k", baseURL, maxRetries: 0 });
const manualClientOf = (baseURL: string) =>
  new Tembo({ apiKey: "k", baseURL, maxRetries: 0 }, createManualRuntime());

for (const outcome of ["completed", "failed", "cancelled"] as const) {
  test(`wait returns the session once the stream reports that it is ${outcome}`, async () => {
    let status: Status = "inProgress";
    // Uses the real clock. Without a notification from the stream, the next request would follow after 30 seconds, and
    // the test would time out before that.
    await using server = await startSessionServer({
      session: () => status,
      stream(response) {
        openStream(response, activity(7));
        setTimeout(() => {
          status = outcome;
          response.write(activity(8, `turn.${outcome}`));
        }, 5);
      },
    });
    const session = await clientOf(server.url).sessions.wait("s1");
    assert.equal(session.state.current, outcome);
    const stream = server.requests.find(({ url }) => url.endsWith("/stream"));
    assert.equal(stream?.headers["last-event-id"], undefined, "does not replay past events");
  });
}

test("wait returns an idle session immediately", async () => {
  await using server = await startSessionServer({
    session: () => "completed",
    stream: (response) => openStream(response),
  });
  assert.equal((await clientOf(server.url).session.wait("s1")).id, "s1");
});

test("wait does not return while a message is queued or the session is a draft", async () => {
  const statuses = [undefined, "queued", "inProgress", "completed"] as const;
  await using server = await startSessionServer({
    session: (count) => statuses[Math.min(count, 3)],
    stream: (response) => answerJson(response, 404, { error: "There is no stream." }),
  });
  assert.equal((await manualClientOf(server.url).sessions.wait("s1")).state.current, "completed");
  assert.equal(server.requests.filter(({ url }) => url === "/v1/sessions/s1").length, 4);
});

test("wait detects a turn that ended while the stream was opening", async () => {
  let isOver = false;
  await using server = await startSessionServer({
    session: () => (isOver ? "completed" : "inProgress"),
    stream(response) {
      isOver = true;
      openStream(response);
    },
  });
  assert.equal((await clientOf(server.url).sessions.wait("s1")).state.current, "completed");
});

test("wait retries nine failed requests in a row, and throws if requests keep failing", async () => {
  let isBack = true;
  await using server = await startSessionServer({
    session(count, response) {
      if (isBack && count === 9) return "completed";
      answerJson(response, 503, { error: "Starting." });
      return "answered";
    },
    stream: (response) => answerJson(response, 503, { error: "Starting." }),
  });
  assert.equal((await manualClientOf(server.url).sessions.wait("s1")).state.current, "completed");
  isBack = false;
  await assert.rejects(manualClientOf(server.url).sessions.wait("s1"), InternalServerError);
});

test("wait throws immediately if the server rejects the request", async () => {
  await using server = await startSessionServer({
    session(_, response) {
      answerJson(response, 404, { error: "No such session." });
      return "answered";
    },
    stream: (response) => answerJson(response, 404, { error: "No such session." }),
  });
  await assert.rejects(clientOf(server.url).sessions.wait("s1"), NotFoundError);
  assert.equal(server.requests.filter(({ url }) => url === "/v1/sessions/s1").length, 1);
});

test("a timeout or the signal ends the wait and closes the connection", async () => {
  const closed: Promise<void>[] = [];
  await using server = await startSessionServer({
    session: () => "inProgress",
    stream(response) {
      const { promise, resolve } = Promise.withResolvers<void>();
      closed.push(promise);
      response.on("close", resolve);
      openStream(response);
    },
  });
  const { sessions } = clientOf(server.url);
  await assert.rejects(sessions.wait("s1", { timeout: 300 }), (error) => {
    assert.ok(error instanceof WaitTimeoutError);
    assert.match(error.message, /s1 .* 300 ms/);
    return error.sessionId === "s1";
  });
  const controller = new AbortController();
  const waited = sessions.wait("s1", { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(waited, APIUserAbortError);
  await assert.rejects(sessions.wait("s1", { signal: controller.signal }), APIUserAbortError);
  await Promise.all(closed);
  await assert.rejects(sessions.wait("s1", { timeout: 2 ** 31 }), /option timeout/);
});
