import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const at = "2026-01-01T00:00:00.000Z";
const db = {
  name: "db",
  command: "postgres",
  state: "ready",
  changedAt: at,
  startedAt: at,
  readyMs: 1_250,
  exitCode: null,
  port: 5432,
};
const never = { startedAt: null, changedAt: null, readyMs: null, port: null };
const services = {
  items: [
    db,
    { ...db, name: "web", state: "exited", exitCode: 3, port: null },
    { ...db, name: "cache", state: "exited", readyMs: null, port: null },
    { ...db, name: "later", state: "stopped", ...never },
  ],
};
const path = "/v1/sessions/s1/services";

/** Sends the pieces of the log, and then the end of the service unless it is null. */
const logOf =
  (pieces: readonly string[], state: string | null): FakeApi["answers"][string] =>
  (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const [index, text] of pieces.entries())
      response.write(`event: log\nid: ${index + 1}\ndata: ${JSON.stringify({ text })}\n\n`);
    if (state !== null) response.end(`event: end\ndata: ${JSON.stringify({ state })}\n\n`);
  };

const run = (api: FakeApi, ...args: readonly string[]) =>
  runCommand([...args], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url } });

test("session services lists each service with its state", async () => {
  await using api = await startFakeApi({ [`GET ${path}`]: services });
  const { status, stdout } = await run(api, "session", "services", "s1");
  assert.equal(status, 0);
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    `db\tready\t${at}\t1250\t5432\tpostgres`,
    `web\texited (3)\t${at}\t1250\t-\tpostgres`,
    `cache\texited (signal)\t${at}\t-\t-\tpostgres`,
    "later\tnot started\t-\t-\t-\tpostgres",
  ]);
  assert.deepEqual(JSON.parse((await run(api, "--json", "session", "services", "s1")).stdout), {
    ...services,
    hasMore: false,
  });
});

test("session logs prints a log, and notes that its beginning is missing", async () => {
  const log = { name: "db", text: "one\ntwo\n", isCut: true };
  await using api = await startFakeApi({ [`GET ${path}/db/log`]: log });
  const ran = await run(api, "session", "logs", "s1", "db");
  assert.equal(ran.stdout, "one\ntwo\n");
  assert.match(ran.stderr, /The beginning of the log was removed\./);
  assert.deepEqual(JSON.parse((await run(api, "--json", "session", "logs", "s1", "db")).stdout), log);
});

test("session logs --follow prints the log until the service ends, and notes how it ended", async () => {
  await using api = await startFakeApi({
    [`GET ${path}/db/log/stream`]: logOf(["up\n", "out of memory\n"], "exited"),
    [`GET ${path}/web/log/stream`]: logOf([], "stopped"),
    [`GET ${path}/later/log/stream`]: logOf([], "stopped"),
    [`GET ${path}`]: services,
  });
  const ran = await run(api, "session", "logs", "s1", "db", "--follow");
  assert.deepEqual([ran.status, ran.stdout], [0, "up\nout of memory\n"]);
  assert.match(ran.stderr, /The service exited\./);
  assert.match((await run(api, "session", "logs", "s1", "web", "--follow")).stderr, /is stopped/);
  assert.match((await run(api, "session", "logs", "s1", "later", "--follow")).stderr, /has not started/);
  const lines = (await run(api, "--json", "session", "logs", "s1", "db", "--follow")).stdout;
  assert.deepEqual(
    lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
    [{ text: "up\n" }, { text: "out of memory\n" }, { state: "exited" }],
  );
});
