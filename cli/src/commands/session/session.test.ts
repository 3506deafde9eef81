import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  answerWith,
  type FakeApi,
  legacySession,
  recorded,
  sessionIn,
  startFakeApi,
  streamOf,
} from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const completed = { type: "turn.completed", turnId: "t1", message: "Opened 1 pull request." };
const failed = {
  type: "turn.failed",
  turnId: "t1",
  error: { code: "model_failed", message: "The model refused." },
};
const cancelled = { type: "turn.cancelled", turnId: "t1", message: "Stopped." };

test("session create sends every option and prints one line when piped", async () => {
  await using api = await startFakeApi({
    "POST /session/create": legacySession,
    "GET /v1/repositories": {
      items: [
        { id: "r0", owner: "acme", name: "web-old" },
        { id: "r1", owner: "Acme", name: "web" },
      ],
      nextCursor: null,
    },
  });
  const ran = await runCommand(
    [
      ...["session", "create", "Fix it", "--repo", "acme/web", "--repo", "https://github.com/org/repo"],
      ...["--agent", "codex", "--target-branch", "dev", "--branch", "b", "--draft"],
    ],
    { env: envOf(api) },
  );
  assert.deepEqual(ran, {
    status: 0,
    signal: null,
    stdout: "s1\tqueued\thttp://tembo.example/sessions/s1\n",
    stderr: "",
  });
  assert.equal(api.asked[0]!.line, "GET /v1/repositories?search=web&limit=100");
  assert.equal(api.asked[1]!.headers.authorization, "Bearer key");
  assert.deepEqual(api.asked[1]!.body, {
    prompt: "Fix it",
    agent: "codex",
    targetBranch: "dev",
    branchName: "b",
    repositories: ["https://github.com/org/repo"],
    codeRepoIds: ["r1"],
    queueRightAway: false,
  });
});

test("session create --json prints one document, and global options may stand behind the command", async () => {
  await using api = await startFakeApi({ "POST /session/create": legacySession });
  const ran = await runCommand([
    "session",
    "create",
    "Fix it",
    "--json",
    "--url",
    api.url,
    "--api-key",
    "other",
  ]);
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(JSON.parse(ran.stdout), legacySession);
  assert.equal(api.asked[0]!.headers.authorization, "Bearer other");
});

test("the prompt comes from standard input or a file, and from one place only", async () => {
  await using api = await startFakeApi({ "POST /session/create": legacySession });
  const folder = mkdtempSync(join(tmpdir(), "tembo-cli-"));
  try {
    const file = join(folder, "prompt.md");
    writeFileSync(file, "from a file\n");
    for (const args of [["-"], ["--prompt-file", "-"]]) {
      const ran = await runCommand(["session", "create", ...args], { env: envOf(api), input: "from input" });
      assert.equal(ran.status, 0, ran.stderr);
    }
    assert.equal(
      (await runCommand(["session", "create", "--prompt-file", file], { env: envOf(api) })).status,
      0,
    );
    assert.deepEqual(
      api.asked.map(({ body }) => body),
      [{ prompt: "from input" }, { prompt: "from input" }, { prompt: "from a file\n" }],
    );
    for (const args of [
      [],
      ["  "],
      ["a", "--prompt-file", file],
      ["--prompt-file", "/nonexistent/x"],
      ["a", "--draft", "--wait"],
    ]) {
      const ran = await runCommand(["session", "create", ...args], { env: envOf(api) });
      assert.equal(ran.status, 1);
      assert.match(ran.stderr, /^tembo: /);
    }
    assert.equal(api.asked.length, 3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an unknown repository is named, with what to type next, and nothing is created", async () => {
  await using api = await startFakeApi({ "GET /v1/repositories": { items: [], nextCursor: null } });
  const ran = await runCommand(["session", "create", "x", "--repo", "acme/web"], { env: envOf(api) });
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /no repository "acme\/web"[\s\S]*Next: .*tembo repo list/);
  assert.equal(api.asked.length, 1);
});

for (const [end, status, word] of [
  [completed, 0, "completed: Opened 1 pull request."],
  [failed, 1, "failed: The model refused."],
  [cancelled, 1, "cancelled: Stopped."],
] as const) {
  test(`session create --wait exits ${status} after ${end.type}`, async () => {
    await using api = await startFakeApi({
      "POST /session/create": legacySession,
      "GET /v1/sessions/s1": sessionIn("completed"),
      "GET /v1/sessions/s1/events/stream": streamOf([
        { type: "turn.step", step: "provision", message: "Cloning web" },
        { type: "text", text: "I begin." },
        end,
      ]),
    });
    const plain = await runCommand(["session", "create", "x", "--wait"], { env: envOf(api) });
    assert.equal(plain.status, status);
    assert.equal(plain.stdout, `${word}\npull request (open) Fix it http://tembo.example/pr/1\n`);
    assert.match(plain.stderr, /provision: Cloning web\n/);
    assert.doesNotMatch(plain.stdout + plain.stderr, /\x1b/);
    const json = await runCommand(["session", "create", "x", "--wait", "--json"], { env: envOf(api) });
    assert.equal(json.status, status);
    assert.deepEqual(JSON.parse(json.stdout), sessionIn("completed"));
    assert.equal(json.stderr, "");
    const watched = await runCommand(["session", "create", "x", "--watch"], { env: envOf(api) });
    assert.equal(watched.status, status);
    assert.equal(watched.stdout, `provision: Cloning web\nI begin.\n${word}\n`);
  });
}

test("session message --wait waits for the turn of its own message", async () => {
  await using api = await startFakeApi({
    "POST /session/s1/messages": {
      message: { id: "m2", content: "more", createdAt: "", isQueued: true },
      job: null,
      session: { id: "s1", title: "" },
    },
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf([
      { ...failed, messageId: "m1" },
      { ...completed, messageId: "m2" },
    ]),
  });
  const ran = await runCommand(["session", "message", "s1", "more", "--wait"], { env: envOf(api) });
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /^completed/);
  assert.deepEqual(api.asked[0]!.body, { content: "more" });
  const sent = await runCommand(["session", "message", "s1", "-"], { env: envOf(api), input: "by input" });
  assert.deepEqual([sent.status, sent.stdout], [0, "m2\n"]);
  assert.deepEqual(api.asked.at(-1)!.body, { content: "by input" });
});

/** The log of a session with two turns, of which only the second is the end. */
function watchable(log: readonly object[]): FakeApi["answers"] {
  return {
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf(log),
    "GET /v1/sessions/s1/events": ({ line }, response) => {
      const cursor = Number(new URL(line.slice(4), "http://x").searchParams.get("cursor"));
      answerWith(response, 200, { items: recorded(log).filter(({ id }) => id > cursor), nextCursor: null });
    },
  };
}

test("session watch shows all that is recorded and ends when nothing is left to do", async () => {
  const log = [
    completed,
    { type: "thought", text: "Hm" },
    { type: "text", text: "a" },
    { type: "text", text: "b\n" },
    failed,
  ];
  await using api = await startFakeApi(watchable(log));
  const plain = await runCommand(["session", "watch", "s1"], { env: envOf(api) });
  assert.equal(plain.stdout, "completed: Opened 1 pull request.\nHm\nab\nfailed: The model refused.\n");
  assert.equal(plain.status, 1);
  const json = await runCommand(["session", "watch", "s1", "--json"], { env: envOf(api) });
  assert.deepEqual(
    json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
    recorded(log),
  );
});

test("session watch ends behind what is told after the end of the turn, and asks nothing while another works", async () => {
  const kept = { type: "sandbox.kept", until: "2026-01-01T00:10:00.000Z" };
  const texts = Array.from({ length: 50 }, () => ({ type: "text", text: "a" }));
  const queued = { type: "turn.queued", turnId: "t2", number: 2 };
  await using api = await startFakeApi(watchable([completed, queued, ...texts, completed, kept]));
  const ran = await runCommand(["session", "watch", "s1"], { env: envOf(api) });
  assert.equal(ran.status, 0);
  assert.match(ran.stdout, /stays up until/);
  assert.equal(
    api.asked.filter(({ line }) => line === "GET /v1/sessions/s1").length,
    3,
    "once for each end, and behind the last",
  );
});

test("session watch goes on while the session works", async () => {
  let isWorking = true;
  const stream = streamOf([completed]);
  await using api = await startFakeApi({
    ...watchable([]),
    "GET /v1/sessions/s1": (_, response) => {
      answerWith(response, 200, sessionIn(isWorking ? "inProgress" : "completed"));
      isWorking = false;
    },
    "GET /v1/sessions/s1/events/stream": (asked, response) => {
      stream(asked, response);
      response.write(`event: activity\ndata: ${JSON.stringify({ ...recorded([failed])[0], id: 2 })}\n\n`);
    },
  });
  const ran = await runCommand(["session", "watch", "s1"], { env: envOf(api) });
  assert.match(ran.stdout, /completed[\s\S]*failed/);
  assert.equal(ran.status, 1);
});

test("Ctrl-C ends watching with 130, and tells of a session that goes on", async () => {
  await using api = await startFakeApi({
    "POST /session/create": legacySession,
    "GET /v1/sessions/s1/events/stream": streamOf([{ type: "notice", message: "here" }]),
  });
  for (const args of [
    ["watch", "s1"],
    ["watch", "s1", "--follow"],
    ["create", "x", "--watch"],
  ]) {
    const ran = await runCommand(["session", ...args], {
      env: envOf(api),
      onOutput: (_, child) => child.kill("SIGINT"),
    });
    assert.deepEqual([ran.status, ran.stdout], [130, "note: here\n"]);
    assert.equal(ran.stderr.includes("tembo session watch s1"), args[0] === "create");
  }
});

test("a reader that goes away ends the command without a word", async () => {
  const log = Array.from({ length: 5000 }, (_, index) => ({
    type: "notice",
    message: `${index} ${"x".repeat(100)}`,
  }));
  await using api = await startFakeApi({ "GET /v1/sessions/s1/events/stream": streamOf(log) });
  const ran = await runCommand(["session", "watch", "s1"], {
    env: envOf(api),
    onOutput: (_, child) => (child as unknown as { stdout: { destroy(): void } }).stdout.destroy(),
  });
  assert.deepEqual([ran.status, ran.stderr], [141, ""]);
});

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

test("on a terminal there is colour and a line of progress, but nothing of the server's own escapes", async () => {
  const evil = "\x1b]0;owned\x07\x1b[2Jtitle\x9b31m \u202eevil";
  await using api = await startFakeApi({
    "POST /session/create": legacySession,
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf([
      { type: "turn.step", step: "work", message: `step ${evil}` },
      { ...completed, message: evil },
    ]),
  });
  const ran = await runCommand(["session", "create", "x", "--wait"], { env: envOf(api), isOnTerminal: true });
  assert.equal(ran.status, 0, ran.stdout);
  assert.match(ran.stdout, /\r\x1b\[2K⠋ .*work: step title/);
  assert.match(ran.stdout, /\x1b\[32mcompleted\x1b\[39m/);
  assert.doesNotMatch(ran.stdout, /owned|\x1b\[2J|\x9b|\u202e/);
  const plain = await runCommand(["session", "create", "x", "--watch"], {
    env: { ...envOf(api), NO_COLOR: "1" },
    isOnTerminal: true,
  });
  assert.equal(plain.status, 0);
  assert.doesNotMatch(plain.stdout, /\x1b/);
});
