import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, legacySession, sessionIn, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });

test("session keep-alive says until when the sandbox stays up, and takes no other than minutes", async () => {
  const keepAliveUntil = "2026-01-01T00:30:00.000Z";
  await using api = await startFakeApi({
    "POST /v1/sessions/s1/keep-alive": { isKept: true, keepAliveUntil },
  });
  const env = envOf(api);
  const ran = await runCommand(["session", "keep-alive", "s1", "30"], { env });
  assert.equal(ran.stdout, `The sandbox of session s1 stays up until ${keepAliveUntil}.\n`);
  assert.deepEqual(api.asked[0]!.body, { minutes: 30 });
  assert.match(
    (await runCommand(["session", "keep-alive", "s1", "0"], { env })).stdout,
    /stops when it is idle/,
  );
  for (const minutes of ["1441", "x", "-1"])
    assert.notEqual((await runCommand(["session", "keep-alive", "s1", minutes], { env })).status, 0);
  assert.equal(api.asked.length, 2);
});

test("session list, show and stop print lines when piped and documents with --json", async () => {
  const list = {
    sessions: [{ ...legacySession, title: "two\nlines" }],
    meta: { totalCount: 3, totalPages: 3, currentPage: 2, pageSize: 1, hasNext: true, hasPrevious: true },
  };
  const stopped = {
    cancelledSessions: 1,
    cancelledJobs: 0,
    stoppedRuntimeSessions: 0,
    interruptedRuntimeTurns: 0,
    cancelledRuntimeTurns: 0,
  };
  await using api = await startFakeApi({
    "GET /session/list": list,
    "GET /v1/sessions/s1": sessionIn("completed"),
    "POST /session/s1/stop": stopped,
  });
  const env = envOf(api);
  const listed = await runCommand(["session", "list", "--page", "2", "--limit", "1"], { env });
  assert.deepEqual([listed.status, listed.stdout], [0, "s1\tqueued\t2026-01-01T00:00:00.000Z\ttwo lines\n"]);
  assert.equal(api.asked[0]!.line, "GET /session/list?page=2&limit=1");
  assert.deepEqual(JSON.parse((await runCommand(["--json", "session", "list"], { env })).stdout), list);
  assert.equal((await runCommand(["session", "list", "--page", "0"], { env })).status, 1);

  const shown = await runCommand(["session", "show", "s1"], { env });
  assert.match(shown.stdout, /^status: +completed$/m);
  assert.match(shown.stdout, /^changes: +\+3 -1$/m);
  assert.match(shown.stdout, /pull request \(open\) Fix it http:\/\/tembo.example\/pr\/1/);
  assert.deepEqual(
    JSON.parse((await runCommand(["session", "show", "s1", "--json"], { env })).stdout),
    sessionIn("completed"),
  );

  assert.equal((await runCommand(["session", "stop", "s1"], { env })).stdout, "Session s1 is stopped.\n");
  assert.deepEqual(
    JSON.parse((await runCommand(["session", "stop", "s1", "--json"], { env })).stdout),
    stopped,
  );
});
