import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFoundError, Tembo } from "../index.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

test("withResponse returns the status, headers and request ID with the data", async () => {
  await using server = await startRecordingServer((_, response) =>
    answerJson(response, 201, { id: "s1" }, { "x-request-id": "r1", "x-ratelimit-remaining": "9" }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  const { data, response, requestID } = await client.sessions.create({ description: "p" }).withResponse();
  assert.equal(data.id, "s1");
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("x-ratelimit-remaining"), "9");
  assert.equal(requestID, "r1");
  assert.equal(server.requests.length, 1);
});

test("withResponse returns a page that can still be iterated over", async () => {
  await using server = await startRecordingServer((_, response) =>
    answerJson(response, 200, { items: [], nextCursor: null }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  const { data, requestID } = await client.apiKeys.list().withResponse();
  assert.equal(data.hasNextPage(), false);
  assert.equal(requestID, null);
});

test("then, catch and finally behave like those of a promise", async () => {
  await using server = await startRecordingServer(({ url }, response) =>
    url === "/me" ? answerJson(response, 200, { a: 1 }) : answerJson(response, 404, { error: "No." }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  let ends = 0;
  const count = () => void ends++;
  assert.deepEqual(await client.me.retrieve().finally(count), { a: 1 });
  assert.equal(await client.me.retrieve().then(() => "then"), "then");
  assert.equal(await client.session.retrieve("s1").catch((error) => error.status), 404);
  await assert.rejects(client.session.retrieve("s1").finally(count), NotFoundError);
  assert.equal(ends, 2);
  const asked = client.me.retrieve();
  assert.equal(Object.prototype.toString.call(asked), "[object APIPromise]");
  await asked;
});

// The test runner fails a test with an unhandled rejection, so no further assertion is needed.
test("leaves no unhandled rejection if only withResponse is awaited", async () => {
  await using server = await startRecordingServer((_, response) =>
    answerJson(response, 404, { error: "No." }),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url });
  await assert.rejects(client.me.retrieve().withResponse(), NotFoundError);
  await assert.rejects(client.apiKeys.list().withResponse(), NotFoundError);
  await new Promise(setImmediate);
});
