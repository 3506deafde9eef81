import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { startRecordingServer } from "../testing/recording-server.ts";

const sse = { "content-type": "text/event-stream; charset=utf-8" };
const log = (id: number) => `event: log\nid: ${id}\ndata: ${JSON.stringify({ text: `line ${id}\n` })}\n\n`;
const end = 'event: end\ndata: {"status":"completed"}\n\n';

test("yields each part of a log once over a broken connection, and returns the status at the end", async () => {
  await using server = await startRecordingServer((_, response, index) => {
    if (index === 0) {
      response.writeHead(200, sse).write(log(1) + log(2) + log(3).slice(0, 12));
      setImmediate(() => response.destroy());
    } else response.writeHead(200, sse).end(`${log(2)}event: heartbeat\ndata: {}\n\n${log(3)}${end}`);
  });
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  const stream = client.projects.builds.log("p1", "b1");
  const texts: string[] = [];
  let next = await stream.next();
  for (; !next.done; next = await stream.next()) texts.push(next.value);
  assert.deepEqual(texts, ["line 1\n", "line 2\n", "line 3\n"]);
  assert.equal(next.value, "completed");
  assert.deepEqual(
    server.requests.map(({ url, headers }) => [url, headers["last-event-id"]]),
    [
      ["/v1/projects/p1/builds/b1/logs/stream", "0"],
      ["/v1/projects/p1/builds/b1/logs/stream", "2"],
    ],
  );
});

test("returns null when the signal aborts before the build ends", async () => {
  await using server = await startRecordingServer((_, response) =>
    response.writeHead(200, sse).write(log(1)),
  );
  const client = new Tembo({ apiKey: "k", baseURL: server.url }, createManualRuntime());
  const abort = new AbortController();
  const stream = client.projects.builds.log("p1", "b1", { signal: abort.signal });
  assert.equal((await stream.next()).value, "line 1\n");
  abort.abort();
  assert.deepEqual(await stream.next(), { done: true, value: null });
});
