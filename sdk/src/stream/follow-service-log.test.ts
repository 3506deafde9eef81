import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { startRecordingServer } from "../testing/recording-server.ts";

test("yields the log of a service, and returns the state in which it ended", async () => {
  await using server = await startRecordingServer((_, response) =>
    response
      .writeHead(200, { "content-type": "text/event-stream" })
      .end('event: log\nid: 1\ndata: {"text":"up\\n"}\n\nevent: end\ndata: {"state":"exited"}\n\n'),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  const stream = client.sessions.services.followLog("s1", "db");
  assert.deepEqual(await stream.next(), { done: false, value: "up\n" });
  assert.deepEqual(await stream.next(), { done: true, value: "exited" });
  assert.equal(server.requests[0]?.url, "/v1/sessions/s1/services/db/log/stream");
});
