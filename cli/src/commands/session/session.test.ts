import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { answerWith, type FakeApi, sessionIn, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });

test("session keep-alive prints when the keep-alive expires, and accepts only 0 to 1,440 minutes", async () => {
  const keepAliveUntil = "2026-01-01T00:30:00.000Z";
  await using api = await startFakeApi({
    "POST /v1/sessions/s1/keep-alive": { isKept: true, keepAliveUntil },
  });
  const env = envOf(api);
  const ran = await runCommand(["session", "keep-alive", "s1", "30"], { env });
  assert.match(ran.stdout, /^The sandbox of session s1 stays up until 2026-01-01T00:30:00\.000Z\.\n$/);
  assert.deepEqual(api.asked[0]!.body, { minutes: 30 });
  assert.match(
    (await runCommand(["session", "keep-alive", "s1", "0"], { env })).stdout,
    /stops when it is idle/,
  );
  for (const minutes of ["1441", "x", "-1"])
    assert.notEqual((await runCommand(["session", "keep-alive", "s1", minutes], { env })).status, 0);
  assert.equal(api.asked.length, 2);
});

test("session list, show and stop print lines when piped, and JSON with --json", async () => {
  const items = [{ ...sessionIn("queued"), title: "two\nlines" }];
  const stopped = {
    cancelledSessions: 1,
    cancelledJobs: 0,
    stoppedRuntimeSessions: 0,
    interruptedRuntimeTurns: 0,
    cancelledRuntimeTurns: 0,
  };
  await using api = await startFakeApi({
    "GET /v1/sessions": { items, nextCursor: "next" },
    "GET /v1/sessions/s1": sessionIn("completed"),
    "POST /v1/sessions/s1/stop": stopped,
  });
  const env = envOf(api);
  const listed = await runCommand(["session", "list", "--limit", "1"], { env });
  assert.deepEqual([listed.status, listed.stdout], [0, "s1\tqueued\t2026-01-01T00:00:00.000Z\ttwo lines\n"]);
  assert.equal(api.asked[0]!.line, "GET /v1/sessions?sortBy=createdAt&state=active&limit=1");
  const json = await runCommand(["--json", "session", "list", "--limit", "1"], { env });
  assert.deepEqual(JSON.parse(json.stdout), { items, hasMore: true });
  assert.equal((await runCommand(["session", "list", "--limit", "0"], { env })).status, 2);
  assert.equal((await runCommand(["session", "list", "--all", "--limit", "1"], { env })).status, 2);

  const shown = await runCommand(["session", "show", "s1"], { env });
  assert.match(shown.stdout, /^status: +completed$/m);
  assert.match(shown.stdout, /^changes: +\+3 -1$/m);
  assert.match(shown.stdout, /pull request \(open\) Fix it http:\/\/tembo.example\/pr\/1/);
  assert.deepEqual(
    JSON.parse((await runCommand(["session", "show", "s1", "--json"], { env })).stdout),
    sessionIn("completed"),
  );

  assert.equal((await runCommand(["session", "stop", "s1"], { env })).stdout, "Stopped session s1.\n");
  assert.deepEqual(
    JSON.parse((await runCommand(["session", "stop", "s1", "--json"], { env })).stdout),
    stopped,
  );
});

test("session list filters by every property that the API offers", async () => {
  const item = { ...sessionIn("inProgress"), title: "Fix it" };
  await using api = await startFakeApi({
    "GET /v1/sessions": { items: [item], nextCursor: null },
    "GET /v1/repositories": { items: [{ id: "r1", owner: "acme", name: "web" }], nextCursor: null },
    "GET /v1/projects": { items: [{ id: "p1", name: "Web" }], nextCursor: null },
    "GET /v1/agents": { items: [{ id: "a1", name: "Old" }], nextCursor: null },
    "GET /me": { orgId: "o1", userId: "u1" },
    "GET /v1/organizations/o1/members": {
      items: [
        { id: "m2", userId: "u2", emailAddress: "ada@example.com" },
        { id: "m3", userId: null, emailAddress: "new@example.com" },
      ],
      nextCursor: null,
    },
  });
  const env = envOf(api);
  const list = (...args: string[]) => runCommand(["session", "list", ...args], { env });
  const asked = async (...args: string[]) => {
    const ran = await list(...args);
    assert.deepEqual(
      [ran.status, ran.stdout],
      [0, "s1\tinProgress\t2026-01-01T00:00:00.000Z\tFix it\n"],
      ran.stderr,
    );
    return api.asked.at(-1)!.line.replace("GET /v1/sessions?sortBy=createdAt&state=active", "");
  };
  assert.equal(await asked("--needs-you"), "&needsYou=true&limit=50");
  assert.equal(await asked("--state", "failed", "--state", "draft"), "&states=failed&states=draft&limit=50");
  assert.equal(await asked("--archived"), "GET /v1/sessions?sortBy=createdAt&state=archived&limit=50");
  assert.equal(await asked("--repo", "acme/web"), "&repositoryIds=r1&limit=50");
  assert.equal(await asked("--project", "web"), "&projectIds=p1&limit=50");
  assert.equal(await asked("--agent", "Old"), "&agentId=a1&limit=50");
  assert.equal(await asked("--mine"), "&createdBy=u1&limit=50");
  assert.equal(await asked("--created-by", "ada@example.com"), "&createdBy=u2&limit=50");
  assert.equal(
    await asked("--pr-state", "open", "--pr-state", "merged"),
    "&pullRequestStatuses=open&pullRequestStatuses=merged&limit=50",
  );
  assert.equal(await asked("--since", "2026-01-31"), "&createdAfter=2026-01-31T00%3A00%3A00.000Z&limit=50");
  assert.equal(await asked("--search", "fix", "--limit", "5"), "&search=fix&limit=5");
  assert.match((await list("--state", "sleeping")).stderr, /Allowed choices are draft, queued/);
  assert.match((await list("--pr-state", "draft")).stderr, /Allowed choices are open, merged, closed/);
  assert.equal((await list("--mine", "--created-by", "ada@example.com")).status, 2);
  assert.match((await list("--created-by", "new@example.com")).stderr, /has not accepted the invitation/);
  assert.match((await list("--repo", "acme/none")).stderr, /Repository "acme\/none" was not found/);
});

test("session archive and unarchive change each session, and stop at the first error", async () => {
  const change = (response: Parameters<typeof answerWith>[0], archivedAt: string | null) =>
    answerWith(response, 200, { ...sessionIn("completed"), archivedAt });
  await using api = await startFakeApi({
    "PATCH /v1/sessions/s1": ({ body }, response) =>
      change(response, (body as { archived: boolean }).archived ? "2026-01-01T00:00:00.000Z" : null),
    "PATCH /v1/sessions/s2": (_, response) => change(response, null),
    "PATCH /v1/sessions/s3": (_, response) =>
      answerWith(response, 409, {
        error: "Session s3 cannot be archived while its turn is queued or running.",
        code: "conflict",
      }),
  });
  const env = envOf(api);
  const archived = await runCommand(["session", "archive", "s1", "s3", "s2"], { env });
  assert.deepEqual([archived.status, archived.stdout], [exitCodes.conflict.code, "Archived session s1.\n"]);
  assert.match(archived.stderr, /Session s3 cannot be archived/);
  assert.deepEqual(
    api.asked.map(({ line, body }) => [line, body]),
    ["s1", "s3"].map((id) => [`PATCH /v1/sessions/${id}`, { archived: true }]),
  );
  const restored = await runCommand(["session", "unarchive", "s1", "s2"], { env });
  assert.deepEqual([restored.status, restored.stdout], [0, "Restored session s1.\nRestored session s2.\n"]);
  const json = await runCommand(["session", "unarchive", "s1", "--json"], { env });
  const items = [{ ...sessionIn("completed"), archivedAt: null }];
  assert.deepEqual(JSON.parse(json.stdout), { items, hasMore: false });
  assert.notEqual((await runCommand(["session", "archive"], { env })).status, 0);
});

test("session list marks sessions that are waiting for a person, on a terminal", async () => {
  const attentions = ["permission", "question", "plan", "failure", null] as const;
  const items = attentions.map((attention, n) => ({ ...sessionIn("inProgress"), id: `s${n}`, attention }));
  await using api = await startFakeApi({ "GET /v1/sessions": { items, nextCursor: null } });
  const { stdout } = await runCommand(["session", "list"], { env: envOf(api), isOnTerminal: true });
  for (const [n, status] of ["needs you", "needs you", "needs you", "in progress", "in progress"].entries())
    assert.match(stdout, new RegExp(`^s${n} +${status} `, "m"));
  const { stdout: piped } = await runCommand(["session", "list"], { env: envOf(api) });
  assert.doesNotMatch(piped, /needs you/);
});

test("session show lists pending permissions, questions and plans, each with the command to answer", async () => {
  await using api = await startFakeApi({
    "GET /v1/sessions/s1": sessionIn("inProgress"),
    "GET /v1/sessions/s1/permissions": {
      items: [{ id: "p1", kind: "execute", title: "rm -rf build" }],
      nextCursor: null,
    },
    "GET /v1/sessions/s1/questions": { items: [{ id: "q1", question: "Which?" }], nextCursor: null },
    "GET /v1/sessions/s1/plan": { state: "proposed", title: "Two steps" },
  });
  const show = async () => (await runCommand(["session", "show", "s1"], { env: envOf(api) })).stdout;
  assert.match(
    await show(),
    /needs you: permission: execute rm -rf build\n {2}tembo session permit s1 p1 allow\|deny\nneeds you: Which\?\n {2}tembo session answer s1 q1 TEXT\n$/,
  );
  api.answers["GET /v1/sessions/s1"] = sessionIn("completed");
  assert.match(await show(), /needs you: plan: Two steps\n {2}tembo plan show\|approve\|edit\|reject s1\n$/);
  delete api.answers["GET /v1/sessions/s1/plan"];
  assert.doesNotMatch(await show(), /needs you/, "control");
});
