import assert from "node:assert/strict";
import { test } from "node:test";
import { APIConnectionError } from "@tembo-io/sdk";
import type { Cli } from "../../../cli.ts";
import {
  answerWith,
  type FakeApi,
  legacySession,
  recorded,
  sessionIn,
  startFakeApi,
  streamOf,
} from "../../../testing/fake-api.ts";
import { createRecordingTerminal } from "../../../testing/recording-terminal.ts";
import { runCommand } from "../../../testing/run-command.ts";
import { watchSession } from "./watch-session.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const completed = { type: "turn.completed", turnId: "t1", message: "Opened 1 pull request." };
const failed = {
  type: "turn.failed",
  turnId: "t1",
  error: { code: "model_failed", message: "The model refused." },
};

/** Responses for a session with two turns. The session is idle only after the second. */
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

test("session watch prints all recorded events, and exits when no turn is left", async () => {
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

test("session watch prints events after the last turn, and does not request the session for each event", async () => {
  const kept = { type: "sandbox.kept", until: "2026-01-01T00:10:00.000Z" };
  const texts = Array.from({ length: 50 }, () => ({ type: "text", text: "a" }));
  const queued = { type: "turn.queued", turnId: "t2", number: 2 };
  await using api = await startFakeApi(watchable([completed, queued, ...texts, completed, kept]));
  const ran = await runCommand(["session", "watch", "s1"], { env: envOf(api) });
  assert.equal(ran.status, 0);
  assert.match(ran.stdout, /stays up until/);
  assert.equal(
    api.asked.filter(({ line }) => line === "GET /v1/sessions/s1").length,
    4,
    "requests the session at each end, after the last event, and for the suggested command",
  );
});

test("session watch continues after a turn ends while the session is still in progress", async () => {
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

test("session watch exits with 130 on Ctrl-C, and prints that the session keeps running", async () => {
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
    assert.match(
      ran.stderr,
      /The session keeps running\.\nNext: run "tembo session watch s1" to follow it again, or "tembo session stop s1" to stop it\./,
    );
  }
});

test("exits silently when the reader of standard output closes the pipe", async () => {
  const log = Array.from({ length: 5000 }, (_, index) => ({
    type: "notice",
    message: `${index} ${"x".repeat(100)}`,
  }));
  await using api = await startFakeApi({ "GET /v1/sessions/s1/events/stream": streamOf(log) });
  const ran = await runCommand(["session", "watch", "s1"], {
    env: envOf(api),
    onOutput: (_, child) => child.closeOutput(),
  });
  assert.deepEqual([ran.status, ran.stderr], [141, ""]);
});

test("resumes from the last received event when the connection breaks", async () => {
  const log = [{ type: "notice", message: "one" }, { type: "notice", message: "two" }, completed];
  const whole = streamOf(log);
  let isFirst = true;
  await using api = await startFakeApi({
    ...watchable(log),
    "GET /v1/sessions/s1/events/stream": (asked, response) => {
      if (!isFirst) return whole(asked, response);
      isFirst = false;
      streamOf(log.slice(0, 1))(asked, response);
      setImmediate(() => response.destroy());
    },
  });
  const ran = await runCommand(["session", "watch", "s1"], { env: envOf(api) });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout, "note: one\nnote: two\ncompleted: Opened 1 pull request.\n");
  const streams = api.asked.filter(({ line }) => line.endsWith("/stream"));
  assert.deepEqual(
    streams.map(({ headers }) => headers["last-event-id"]),
    ["0", "1"],
  );
});

/** Watches a session with a client whose stream yields these events and then throws. */
function watchUntil(error: Error, ...events: object[]): Promise<unknown> {
  const names = { list: () => Promise.reject(error) };
  const client = {
    runtimes: names,
    models: names,
    session: {
      async *events() {
        yield* recorded(events);
        throw error;
      },
    },
  };
  const cli = { terminal: createRecordingTerminal(), isJson: false, client: () => client };
  return watchSession(cli as unknown as Cli, "s1", {});
}

test("reports a lost connection with the command that resumes watching, unless the server never responded", async () => {
  const gone = new APIConnectionError("connect ECONNREFUSED");
  await assert.rejects(watchUntil(gone, { type: "notice", message: "one" }), {
    name: "CommandError",
    message: /^connect ECONNREFUSED.*\. The session may still be running\.$/,
    next: "tembo session watch s1",
  });
  await assert.rejects(watchUntil(gone), gone);
});

test("suggests the next command at the end", async () => {
  const plan = { type: "plan.proposed", artifactId: "a1", title: "Rewrite" };
  const unchanged = { ...sessionIn("completed"), diffSummary: null };
  for (const [log, session, next] of [
    [[completed], sessionIn("completed"), "tembo session apply s1"],
    [[completed], unchanged, 'tembo session message s1 "..."'],
    [[failed], sessionIn("failed"), 'tembo session message s1 "try again"'],
    [
      [{ type: "turn.failed", turnId: "t1", error: { code: "model_key_rejected", message: "Wrong key." } }],
      sessionIn("failed"),
      'correct the API key under Settings → Models or in the server\'s environment, then send another message with "tembo session message s1".',
    ],
    [
      [{ type: "turn.failed", turnId: "t1", error: { code: "branch_not_found", message: "No branch." } }],
      sessionIn("failed"),
      'tembo session create "..." --repo REPO --target-branch BRANCH',
    ],
    [[plan, completed], sessionIn("completed"), "tembo plan show s1"],
    [[plan, { type: "turn.started" }, completed], sessionIn("completed"), "tembo session apply s1"],
  ] as const) {
    await using api = await startFakeApi({ ...watchable(log), "GET /v1/sessions/s1": session });
    const ran = await runCommand(["session", "watch", "s1"], { env: envOf(api) });
    assert.equal(ran.stderr, `Next: ${next}\n`);
    const json = await runCommand(["session", "watch", "s1", "--json"], { env: envOf(api) });
    assert.equal(json.stderr, "");
  }
});

test("shows a status line on a terminal, and erases it at the end", async () => {
  await using api = await startFakeApi(
    watchable([{ type: "turn.queued", turnId: "t1", number: 1 }, completed]),
  );
  const env = envOf(api);
  const ran = await runCommand(["session", "watch", "s1"], { env, isOnTerminal: true });
  assert.equal(ran.status, 0, ran.stdout);
  assert.match(ran.stdout, /\x1b7\x1b\[B\r\x1b\[J.*connecting · Ctrl-C stops watching/);
  // Output shortly after a redraw erases the status line without redrawing it. The command therefore ends without a
  // status line.
  assert.match(
    ran.stdout,
    /\x1b8\x1b\[J[^\x1b]*(?:\x1b\[\d+m[^\x1b]*)*Next: \x1b\[22mtembo session apply s1\r\n$/,
  );
  const dumb = await runCommand(["session", "watch", "s1"], {
    env: { ...env, TERM: "dumb" },
    isOnTerminal: true,
  });
  assert.doesNotMatch(dumb.stdout, /\x1b/);
});

test("session watch shows names, and requests events without waiting for them", async () => {
  const created = {
    type: "session.created",
    agent: "claudeCode:claude-opus-4-5:bedrock",
    repositories: [],
  };
  const streamed = Promise.withResolvers<void>();
  const answers = watchable([created, completed]);
  await using api = await startFakeApi({
    ...answers,
    "GET /v1/sessions/s1/events": (asked, response) => {
      streamed.resolve();
      (answers["GET /v1/sessions/s1/events"] as (...args: unknown[]) => void)(asked, response);
    },
    "GET /v1/runtimes": async (_, response) => {
      await streamed.promise;
      answerWith(response, 200, {
        items: [
          {
            name: "claudeCode",
            displayName: "Claude Code",
            compatibleModels: [{ name: "claude-opus-4-5", label: "Claude Opus 4.5" }],
          },
        ],
        nextCursor: null,
      });
    },
    "GET /v1/models": { items: [], modelProviders: [{ name: "bedrock", label: "Amazon Bedrock" }] },
  });
  const env = { ...envOf(api), NO_COLOR: "1", TERM: "dumb" };
  const shown = await runCommand(["session", "watch", "s1"], { env, isOnTerminal: true });
  assert.match(shown.stdout, /^session Claude Code · Opus 4\.5 \(Amazon Bedrock\) on an empty workspace\r$/m);
  const piped = await runCommand(["session", "watch", "s1"], { env });
  assert.match(piped.stdout, /^session claudeCode:claude-opus-4-5:bedrock on an empty workspace$/m);
});
